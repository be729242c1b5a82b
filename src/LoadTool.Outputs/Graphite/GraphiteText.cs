using LoadTool.Metrics;
using LoadTool.Outputs.Figures;

namespace LoadTool.Outputs.Graphite;

/// <summary>Rows as Graphite's plain text: a line per number, <c>name value second</c>.</summary>
internal sealed class GraphiteText(MetricPath path) : IFigureWriter
{
    private readonly TextBuffer _text = new();
    private string _of = "";
    private long _second;

    /// <summary>Begins lines of one second.</summary>
    /// <param name="of">Stands before the names of kinds.</param>
    /// <param name="second">Seconds since 1970.</param>
    internal void Start(string of, long second) => (_of, _second) = (of, second);

    /// <inheritdoc cref="TextBuffer.Take"/>
    internal byte[] Take() => _text.Take();

    /// <inheritdoc/>
    public void Begin(string kind) => path.Begin(_of, kind);

    /// <inheritdoc/>
    public void Label(string name, string value) => path.Label(name, value);

    /// <inheritdoc/>
    public void Number(string name, long value)
    {
        Name(name);
        _text.Add(value);
        End(_second);
    }

    /// <inheritdoc/>
    public void Level(string name, long value) => Number(name, value);

    /// <inheritdoc/>
    public void Number(string name, double value)
    {
        Name(name);
        _text.Add(value);
        End(_second);
    }

    /// <inheritdoc/>
    public bool TryDistribution(string name, string unit, Histogram histogram, double scale) => false;

    /// <inheritdoc/>
    public void End()
    {
    }

    private void Name(string name)
    {
        path.AddName(_text, name);
        _text.Add(' ');
    }

    private void End(long second)
    {
        _text.Add(' ');
        _text.Add(second);
        _text.Add('\n');
    }
}
