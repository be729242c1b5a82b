using LoadTool.Metrics;
using LoadTool.Outputs.Figures;

namespace LoadTool.Outputs.StatsD;

/// <summary>Rows as StatsD's lines: counts are counters, all else gauges.</summary>
internal sealed class StatsDText(MetricPath path) : IFigureWriter
{
    private readonly TextBuffer _text = new();
    private string _of = "";
    private bool _isTotal;

    /// <summary>Begins lines of an interval, or of the totals, which are gauges all of them: the counters have it already.</summary>
    internal void Start(bool isTotal) => (_isTotal, _of) = (isTotal, isTotal ? "total." : "");

    /// <inheritdoc cref="TextBuffer.Take"/>
    internal byte[] Take() => _text.Take();

    /// <inheritdoc/>
    public void Begin(string kind) => path.Begin(_of, kind);

    /// <inheritdoc/>
    public void Label(string name, string value) => path.Label(name, value);

    /// <inheritdoc/>
    public void Number(string name, long value)
    {
        if (_isTotal)
        {
            Level(name, value);
            return;
        }

        // A counter that is told nothing stays.
        if (value == 0)
            return;
        Name(name);
        _text.Add(value);
        End("|c"u8);
    }

    /// <inheritdoc/>
    public void Level(string name, long value)
    {
        Zero(name, value);
        Name(name);
        _text.Add(value);
        End("|g"u8);
    }

    /// <inheritdoc/>
    public void Number(string name, double value)
    {
        Zero(name, value);
        Name(name);
        _text.Add(value);
        End("|g"u8);
    }

    /// <inheritdoc/>
    public bool TryDistribution(string name, string unit, Histogram histogram, double scale) => false;

    /// <inheritdoc/>
    public void End()
    {
    }

    /// <summary>A sign makes it a change of the gauge: a negative level is reached from zero.</summary>
    private void Zero(string name, double value)
    {
        if (value >= 0)
            return;
        Name(name);
        _text.Add('0');
        End("|g"u8);
    }

    private void Name(string name)
    {
        path.AddName(_text, name);
        _text.Add(':');
    }

    private void End(ReadOnlySpan<byte> type)
    {
        _text.Add(type);
        path.AddTags(_text);
        _text.Add('\n');
    }
}
