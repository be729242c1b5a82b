using System.Collections.Concurrent;

namespace LoadTool.EndToEnd.Run;

/// <summary>An output that keeps what a run told it, for assertions.</summary>
internal sealed class Notes : IOutput
{
    private readonly Dictionary<(string Scenario, string Step), long> _okOfIntervals = [];

    public string Name => "notes";

    public bool HasStarted { get; private set; }

    public RunResult? Result { get; private set; }

    /// <summary>Sums over the intervals of what checks, counters and phases of connecting counted, by name.</summary>
    public Dictionary<string, long> Counted { get; } = [];

    public ConcurrentQueue<string> Log { get; } = [];

    public Traffic Traffic { get; private set; }

    /// <summary>Thresholds that were crossed in some interval.</summary>
    public HashSet<string> Crossed { get; } = [];

    /// <summary>Successes of a step or of a scenario's iterations, summed over the intervals.</summary>
    public long OkOfIntervals(string scenario, string step) => _okOfIntervals.GetValueOrDefault((scenario, step));

    public void Start(RunInfo run) => HasStarted = true;

    public void Write(Snapshot snapshot)
    {
        foreach (StepFigures figures in snapshot.Steps.Concat(snapshot.Iterations))
            _okOfIntervals[(figures.Scenario, figures.Step)] = OkOfIntervals(figures.Scenario, figures.Step) + figures.OkCount;
        Crossed.UnionWith(snapshot.Thresholds.Where(threshold => threshold.IsCrossed).Select(threshold => threshold.Text));

        // What a run says of its own generator depends on what else this machine does.
        foreach (LogLine line in snapshot.Log.Where(line => !line.Text.StartsWith("trust: ", StringComparison.Ordinal)))
            Log.Enqueue(line.Text);
        foreach ((string name, long count) in snapshot.Checks.Select(check => (check.Check, check.OkCount))
            .Concat(snapshot.Metrics.Counters.Select(counter => (counter.Name, counter.Count)))
            .Concat(snapshot.Metrics.Histograms.Select(histogram => (histogram.Name, histogram.Values.TotalCount)))
            .Concat(snapshot.Connect.Phases.Select(phase => (phase.Name, phase.Duration.TotalCount)))
            .Concat(snapshot.Tagged.Select(tagged => (tagged.Value, tagged.Figures.OkCount))))
            Counted[name] = Counted.GetValueOrDefault(name) + count;

        // a + b, as a - (0 - b): runs only ever subtract readings.
        Traffic = snapshot.Traffic - (default(Traffic) - Traffic);
    }

    public void Finish(RunResult result) => Result = result;
}
