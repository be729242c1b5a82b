using LoadTool.Metrics;
using LoadTool.Outputs.Figures;

namespace LoadTool.Tests.Outputs.Figures;

/// <summary>Rows as they were written.</summary>
internal sealed class WrittenFigures : IFigureWriter
{
    private Row? _open;

    internal List<Row> Rows { get; } = [];

    internal static WrittenFigures Of(RunResult result)
    {
        WrittenFigures figures = new();
        new FigureWalk(figures).Write(result);
        return figures;
    }

    internal static WrittenFigures Of(Snapshot snapshot)
    {
        WrittenFigures figures = new();
        new FigureWalk(figures).Write(snapshot);
        return figures;
    }

    /// <summary>An interval in which as much happened as in the typical run.</summary>
    internal static Snapshot TypicalInterval()
    {
        RunResult run = PlantedRun.Typical();
        return PlantedRun.Interval(1, run.Steps, run.Iterations) with
        {
            Checks = run.Checks,
            Tagged = run.Tagged,
            Metrics = run.Metrics,
            Loops = run.Trust!.Figures.Loops,
            Connect = run.Connect,
            CloseCodes = run.CloseCodes,
            CloseCodesSent = run.CloseCodesSent,
            Thresholds = run.Thresholds,
            IterationsStarted = 12,
            GcPause = TimeSpan.FromMilliseconds(3),
        };
    }

    public void Begin(string kind)
    {
        Assert.Null(_open);
        Assert.True(Rows.Count == 0 || Rows[^1].Kind == kind || Rows.All(row => row.Kind != kind), $"{kind} comes in two places");
        _open = new Row(kind, [], []);
    }

    public void Label(string name, string value)
    {
        Assert.NotEqual("", value);
        Assert.Empty(_open!.Numbers);
        _open.Labels.Add(name, value);
    }

    public void Number(string name, long value) => Number(name, (double)value);

    public void Level(string name, long value) => Number(name, (double)value);

    public void Number(string name, double value)
    {
        Assert.True(double.IsFinite(value));
        _open!.Numbers.Add(name, value);
    }

    public bool TryDistribution(string name, string unit, Histogram histogram, double scale) => false;

    public void End()
    {
        Assert.NotEmpty(_open!.Numbers);
        Rows.Add(_open);
        _open = null;
    }

    internal sealed record Row(string Kind, Dictionary<string, string> Labels, Dictionary<string, double> Numbers);
}
