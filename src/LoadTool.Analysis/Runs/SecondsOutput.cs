using LoadTool.Metrics;

namespace LoadTool.Analysis.Runs;

/// <summary>Keeps every interval of a stored run that is shown to it.</summary>
internal sealed class SecondsOutput : IOutput
{
    private readonly List<RunSecond> _seconds = [];
    private RunInfo? _run;

    public string Name => "seconds";

    internal IReadOnlyList<RunSecond> Seconds => _seconds;

    public void Start(RunInfo run) => _run = run;

    public void Write(Snapshot snapshot)
    {
        Dictionary<string, StepSecond> steps = [];
        foreach ((string place, StepFigures step) in FigureReader.Places(_run!, snapshot.Steps, snapshot.Iterations))
        {
            if (step.OkCount + step.FailCount > 0)
                steps[place] = new StepSecond(step.OkCount, step.FailCount, PackedHistogram.Of(step.Latency));
        }

        _seconds.Add(new RunSecond(snapshot.SinceStart, snapshot.Length, snapshot.Connections, steps));
    }

    public void Finish(RunResult result)
    {
    }
}
