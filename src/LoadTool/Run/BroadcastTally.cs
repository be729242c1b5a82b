using LoadTool.Metrics;

namespace LoadTool;

/// <summary>One broadcast over all loops: merges what they counted in an interval, and keeps the sum of all intervals. Used by the run's thread only.</summary>
internal sealed class BroadcastTally(string name)
{
    private static readonly Func<BroadcastCell, Recorder>[] Kinds = [cell => cell.First, cell => cell.Median, cell => cell.Last, cell => cell.Deliveries];

    private readonly Histogram[] _interval = [.. Kinds.Select(_ => NewHistogram())];
    private readonly Histogram[] _total = [.. Kinds.Select(_ => NewHistogram())];
    private readonly Dictionary<Recorder, Histogram> _last = [];
    private BroadcastCounts _counts;

    /// <summary>The figures since the last call.</summary>
    internal BroadcastFigures TakeInterval(IEnumerable<BroadcastCell> cells)
    {
        BroadcastCounts before = _counts;
        _counts = default;
        Array.ForEach(_interval, histogram => histogram.Reset());
        foreach (BroadcastCell cell in cells)
        {
            _counts += cell.Read();
            for (int kind = 0; kind < Kinds.Length; kind++)
            {
                Recorder recorder = Kinds[kind](cell);
                _last[recorder] = recorder.SwapInterval(_last.GetValueOrDefault(recorder));
                _interval[kind].Add(_last[recorder]);
            }
        }

        for (int kind = 0; kind < Kinds.Length; kind++)
            _total[kind].Add(_interval[kind]);
        return Figures(_counts - before, _interval);
    }

    /// <summary>The figures of the whole run so far.</summary>
    internal BroadcastFigures Total() => Figures(_counts, [.. _total.Select(histogram => histogram.Copy())]);

    private BroadcastFigures Figures(in BroadcastCounts counts, Histogram[] latencies) => new(
        name, counts.Sent, counts.Reached, counts.Late, counts.Lost, counts.Duplicates, counts.OutOfOrder, latencies[0], latencies[1], latencies[2], latencies[3]);

    private static Histogram NewHistogram() => new(
        StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits, autoResize: true);
}
