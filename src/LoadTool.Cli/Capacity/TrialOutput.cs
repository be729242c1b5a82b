using LoadTool.Analysis.Capacity;

namespace LoadTool.Cli.Capacity;

/// <summary>Gives the intervals of a stored run to a watch, as far as they belong to the trial: not those in which the run was ending.</summary>
internal sealed class TrialOutput(TrialWatch watch, int intervals) : IOutput
{
    private int _seen;

    /// <inheritdoc/>
    public string Name => "capacity";

    /// <inheritdoc/>
    public void Start(RunInfo run) => _seen = 0;

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        if (_seen++ < intervals)
            watch.Add(snapshot);
    }

    /// <inheritdoc/>
    public void Finish(RunResult result)
    {
    }
}
