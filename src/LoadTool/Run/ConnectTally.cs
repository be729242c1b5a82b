using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>
/// Connecting over all loops (hop 3): listens to them from when it is made until <see cref="StopListening"/>, merges what they counted in an interval, and keeps
/// the sum of all intervals. Used by the run's thread only.
/// </summary>
internal sealed class ConnectTally
{
    private readonly IReadOnlyList<EventLoop> _loops;
    private readonly ConnectRecorder[] _recorders;
    private readonly Dictionary<Recorder, Histogram> _last = [];
    private readonly SortedDictionary<ConnectPart, (Histogram Interval, Histogram Total)> _durations = [];
    private OutcomeTotals _failures = OutcomeTotals.None;
    private OutcomeTotals _lost = OutcomeTotals.None;
    private long _interrupted;

    internal ConnectTally(IReadOnlyList<EventLoop> loops)
    {
        _loops = loops;
        _recorders = [.. loops.Select(loop => new ConnectRecorder(loop))];
        foreach ((EventLoop loop, ConnectRecorder recorder) in loops.Zip(_recorders))
            loop.Post(_ => loop.ConnectionObserver = recorder, null);
    }

    internal OutcomeTotals Failures => _failures;

    internal OutcomeTotals Lost => _lost;

    /// <summary>What sockets do from now on is not the load's.</summary>
    internal void StopListening()
    {
        foreach (EventLoop loop in _loops)
            loop.Post(_ => loop.ConnectionObserver = null, null);
    }

    /// <summary>The figures since the last call.</summary>
    internal ConnectFigures TakeInterval()
    {
        foreach (ConnectPart part in ConnectRecorder.Parts)
            Take(part);
        (OutcomeTotals failures, OutcomeTotals lost, long interrupted) = (_failures, _lost, _interrupted);
        _failures = OutcomeTotals.Of(_recorders.SelectMany(recorder => recorder.Failures.Read()));
        _lost = OutcomeTotals.Of(_recorders.SelectMany(recorder => recorder.Lost.Read()));
        _interrupted = _recorders.Sum(recorder => recorder.Interrupted);
        return new ConnectFigures(Phases(duration => duration.Interval), _failures.Since(failures), _interrupted - interrupted, _lost.Since(lost));
    }

    /// <summary>The figures of all intervals taken so far.</summary>
    internal ConnectFigures Total() => new(Phases(duration => duration.Total.Copy()), _failures.Counts, _interrupted, _lost.Counts);

    /// <summary>The same, with histograms lent until the next interval is taken.</summary>
    internal ConnectFigures Lent() => new(Phases(duration => duration.Total), _failures.Counts, _interrupted, _lost.Counts);

    private void Take(ConnectPart part)
    {
        Recorder[] recorders = [.. _recorders.Select(recorder => recorder[part]).OfType<Recorder>()];
        if (recorders.Length == 0)
            return;
        if (!_durations.TryGetValue(part, out (Histogram Interval, Histogram Total) duration))
            _durations[part] = duration = (NewHistogram(), NewHistogram());
        duration.Interval.Reset();
        foreach (Recorder recorder in recorders)
        {
            _last[recorder] = recorder.SwapInterval(_last.GetValueOrDefault(recorder));
            duration.Interval.Add(_last[recorder]);
        }

        duration.Total.Add(duration.Interval);
    }

    private IReadOnlyList<ConnectPhaseFigures> Phases(Func<(Histogram Interval, Histogram Total), Histogram> which) =>
        [.. _durations.Select(duration => new ConnectPhaseFigures(ConnectPhaseFigures.NameOf(duration.Key), which(duration.Value)))];

    private static Histogram NewHistogram() => new(
        StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits, autoResize: true);
}
