namespace LoadTool;

/// <summary>Holds every threshold of a run against its figures: once per snapshot, and at the end. Used by the run's thread only.</summary>
/// <param name="scenarios">All of the run.</param>
/// <param name="log">The run's log.</param>
/// <param name="describe">Puts what a condition in code throws into words.</param>
/// <param name="abort">Ends the load in order.</param>
internal sealed class ThresholdWatch(IReadOnlyList<Scenario> scenarios, Action<string> log, Func<Exception, string> describe, Action abort)
{
    private readonly Watched[] _all = [.. scenarios.SelectMany(scenario => scenario.Thresholds.Select(threshold => new Watched(scenario.Name, threshold)))];
    private bool _isAborted;

    /// <summary>True when there is nothing to hold.</summary>
    internal bool IsEmpty => _all.Length == 0;

    /// <summary>The state while the load runs: crossed or not, now. A threshold may end the load here.</summary>
    /// <param name="figures">The figures so far.</param>
    /// <param name="mayAbort">False once the load has ended anyway.</param>
    internal IReadOnlyList<ThresholdResult> Look(RunFigures figures, bool mayAbort) => Each(figures, (watched, own) =>
    {
        if (figures.Elapsed < watched.Threshold.StartCheckAfter)
            return Result(watched, default, isCrossed: false);
        (ThresholdReading reading, bool threw) = Read(watched, own);
        bool isCrossed = threw || (reading.Value is not null && !reading.Holds);
        if (isCrossed && ++watched.Errors >= watched.Threshold.AbortWhenErrorCount && mayAbort && !_isAborted)
            Abort(watched, figures.Elapsed);
        return Result(watched, reading, isCrossed);
    });

    /// <summary>The last word, on the figures of the whole run.</summary>
    internal IReadOnlyList<ThresholdResult> End(RunFigures figures) => Each(figures, (watched, own) =>
    {
        ThresholdReading reading = Read(watched, own).Reading;
        return Result(watched, reading, isCrossed: !reading.Holds || watched.AbortedAt is not null);
    });

    private void Abort(Watched watched, TimeSpan at)
    {
        _isAborted = true;
        watched.AbortedAt = at;
        log($"threshold \"{watched.Threshold.Text}\" of scenario \"{watched.Scenario}\" aborted the run: crossed {at.TotalSeconds:0.0} s after the load's start");
        abort();
    }

    private ThresholdResult[] Each(RunFigures figures, Func<Watched, RunFigures, ThresholdResult> judge) =>
        [.. _all.GroupBy(watched => watched.Scenario).SelectMany(group =>
        {
            RunFigures own = figures.Of(group.Key);
            return group.Select(watched => judge(watched, own)).ToArray();
        })];

    /// <summary>A condition that throws is crossed, and told of once; one that asks for what is not there has no answer.</summary>
    private (ThresholdReading Reading, bool Threw) Read(Watched watched, RunFigures own)
    {
        ThresholdReading none = new(ThresholdUnit.Condition, null, Holds: false);
        try
        {
            return (watched.Threshold.Read(own), false);
        }
        catch (MissingStatsException)
        {
            return (none, false);
        }
        catch (Exception error)
        {
            if (!watched.IsTold)
                log($"threshold \"{watched.Threshold.Text}\" of scenario \"{watched.Scenario}\" threw: {describe(error)}");
            watched.IsTold = true;
            return (none, true);
        }
    }

    private static ThresholdResult Result(Watched watched, ThresholdReading reading, bool isCrossed) =>
        new(watched.Scenario, watched.Threshold.Text, reading.Unit, reading.Value, isCrossed) { AbortedAt = watched.AbortedAt, ErrorCount = watched.Errors };

    /// <summary>A threshold, and what became of it so far.</summary>
    private sealed class Watched(string scenario, Threshold threshold)
    {
        internal string Scenario => scenario;

        internal Threshold Threshold => threshold;

        internal long Errors { get; set; }

        internal TimeSpan? AbortedAt { get; set; }

        internal bool IsTold { get; set; }
    }
}
