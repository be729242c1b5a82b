using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Stored;

namespace LoadTool.Analysis.Runs;

/// <summary>A stored run, as everything that judges runs sees it.</summary>
internal sealed class JudgedRun
{
    private JudgedRun(StoredRun stored, RunResult result, IReadOnlyList<RunSecond> seconds)
    {
        (Folder, Label) = (stored.Folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(stored.Folder))));
        (Info, Load, Environment, Result, Seconds) = (stored.Info, stored.Load, stored.Environment, result, seconds);
        Figures = FigureReader.Of(result);
        Setup = RunSetup.Of(stored.Info, stored.Environment);
    }

    /// <summary>Where it lies.</summary>
    internal string Folder { get; }

    /// <summary>What people call it: the folder's name.</summary>
    internal string Label { get; }

    /// <inheritdoc cref="StoredRun.Info"/>
    internal RunInfo Info { get; }

    /// <inheritdoc cref="StoredRun.Load"/>
    internal IReadOnlyList<IReadOnlyList<string>> Load { get; }

    /// <inheritdoc cref="StoredRun.Environment"/>
    internal RunEnvironment? Environment { get; }

    /// <summary>All of it.</summary>
    internal RunResult Result { get; }

    /// <summary>Interval by interval.</summary>
    internal IReadOnlyList<RunSecond> Seconds { get; }

    /// <summary>Which test it was, and how it ran.</summary>
    internal RunSetup Setup { get; }

    /// <summary>What can be judged; each name once.</summary>
    internal IReadOnlyList<Figure> Figures { get; }

    /// <summary>Why its figures must not decide anything, in one line; null when they may. A degraded generator is in <see cref="Note"/>.</summary>
    internal string? Doubt => Result switch
    {
        { Incomplete: { } why } => $"was cut short: {why}",
        { WasStopped: true } => "was stopped before its plan had ended",
        { AbortedBy: { } threshold } => $"was aborted by its threshold {VisibleText.OneLine(threshold.Text, 200)}",
        { LoadChanges.Count: > 0 } => "had its load changed by hand",
        { Trust: null } => "has no verdict on its generator",
        { Trust: { Verdict: TrustVerdict.Invalid } trust } => $"is not trusted: {VisibleText.OneLine(trust.Reasons[0].Finding, 200)}",
        { OkCount: 0 } => "has no success",
        _ => null,
    };

    /// <summary>What its reader should know although it may be judged; null for nothing.</summary>
    internal string? Note => Result.Trust is { Verdict: TrustVerdict.Degraded } trust ? $"is degraded: {VisibleText.OneLine(trust.Reasons[0].Finding, 200)}" : null;

    /// <summary>Reads the run in a folder.</summary>
    /// <exception cref="IOException">There is none that can be read, or it is still going on; one line says why.</exception>
    internal static JudgedRun Read(string folder)
    {
        StoredRun stored = StoredRun.Read(folder);

        // What has its end is complete: who has its files open then reads them, as another gate may.
        if (!stored.IsFinished && stored.IsGoingOn)
            throw new IOException($"the run in {VisibleText.OneLine(folder)} is still going on, or its files are open elsewhere: wait for its end");
        SecondsOutput seconds = new();
        RunResult result = stored.Replay(seconds);
        return new JudgedRun(stored, result, seconds.Seconds);
    }

    /// <summary>A figure by name; null where nothing was counted.</summary>
    internal Figure? Find(FigureName name)
    {
        foreach (Figure figure in Figures)
        {
            if (figure.Name == name)
                return figure;
        }

        return null;
    }

    /// <summary>The latencies of a place, in nanoseconds; null where there is no such place.</summary>
    internal Histogram? Latency(string place) =>
        FigureReader.Places(Info, Result.Steps, Result.Iterations).FirstOrDefault(step => step.Place == place).Step?.Latency
        ?? Result.Connect.Phases.FirstOrDefault(phase => FigureReader.PhaseName(phase.Name) == place)?.Duration;

    /// <summary>Why two runs are not the same test, in lines such as <c>different scripts: …</c>; none when they are.</summary>
    internal static IReadOnlyList<string> Conflicts(JudgedRun one, JudgedRun other) => RunSetup.Conflicts(one.Setup, other.Setup);

    /// <summary>What else differs: options of the same test.</summary>
    internal static IReadOnlyList<string> Differences(JudgedRun one, JudgedRun other) => RunSetup.Differences(one.Setup, other.Setup);
}
