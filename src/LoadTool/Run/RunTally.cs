using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>Hop 3: reads every loop's recorders and counters, merges them, and keeps the sums of the whole run.</summary>
internal sealed class RunTally(IReadOnlyList<EventLoop> loops, IReadOnlyList<ScenarioShare> shares)
{
    private readonly StepIntervals _intervals = new();
    private readonly List<StepTally> _steps = [];
    private readonly List<StepTally> _iterations = [];
    private readonly List<StepTally> _outside = [];
    private readonly SortedDictionary<TagKey, StepTally> _tagged = [];
    private readonly Dictionary<ScenarioShare, TaggedStep[]> _included = [];
    private KeyValuePair<TagKey, StepTally>[] _ordered = [];
    private readonly MetricTally _metrics = new([.. shares.Select(share => share.RunLoop).Distinct()]);
    private readonly ConnectTally _connect = new(loops);
    private IReadOnlyList<CheckFigures> _checks = [];
    private readonly List<StepTally> _connectWaits = [];
    private readonly List<StepTally> _recovers = [];

    private readonly Traffic _trafficBefore = TrafficOf(loops);
    private readonly long[] _closesBefore = Received(loops);
    private readonly long[] _closesSentBefore = Sent(loops);
    private long[] _closesTaken = Received(loops);
    private long[] _closesSentTaken = Sent(loops);

    /// <summary>What passed since this tally was made.</summary>
    internal Traffic Traffic => TrafficOf(loops) - _trafficBefore;

    private static Traffic TrafficOf(IReadOnlyList<EventLoop> loops) => new(
        Sum(loops, loop => Volatile.Read(ref loop.MessagesSent)),
        Sum(loops, loop => Volatile.Read(ref loop.MessagesReceived)),
        Sum(loops, loop => Volatile.Read(ref loop.BytesSent)),
        Sum(loops, loop => Volatile.Read(ref loop.BytesReceived)))
    {
        TlsFull = Sum(loops, loop => Volatile.Read(ref loop.TlsFull)),
        TlsResumed = Sum(loops, loop => Volatile.Read(ref loop.TlsResumed)),
        Compression = new(
            Sum(loops, loop => Volatile.Read(ref loop.SentPlainBytes)),
            Sum(loops, loop => Volatile.Read(ref loop.SentCompressedBytes)),
            Sum(loops, loop => Volatile.Read(ref loop.ReceivedPlainBytes)),
            Sum(loops, loop => Volatile.Read(ref loop.ReceivedCompressedBytes)),
            LoopTime.Span(Sum(loops, loop => Volatile.Read(ref loop.DeflateNanoseconds))),
            LoopTime.Span(Sum(loops, loop => Volatile.Read(ref loop.InflateNanoseconds)))),
    };

    /// <summary>Iterations begun so far.</summary>
    internal long IterationsStarted => shares.Sum(share => share.IterationsStarted);

    internal int ActiveUsers => shares.Sum(share => share.ActiveUsers);

    internal long Connections => loops.Sum(loop => Volatile.Read(ref loop.Counters.Connections));

    private static long Sum(IReadOnlyList<EventLoop> loops, Func<LoopCounters, long> counter) => loops.Sum(loop => counter(loop.Counters));

    /// <summary>The figures of each step in the interval that was taken last; histograms are lent until the next is.</summary>
    internal IReadOnlyList<StepFigures> Steps { get; private set; } = [];

    /// <summary>The same of whole iterations, one entry per scenario.</summary>
    internal IReadOnlyList<StepFigures> Iterations { get; private set; } = [];

    /// <summary>The same of steps by the values of their tags.</summary>
    internal IReadOnlyList<TaggedFigures> Tagged { get; private set; } = [];

    /// <summary>Ends the interval of steps and iterations, all at one moment, and begins the next.</summary>
    internal void TakeIntervals()
    {
        foreach (ScenarioShare share in shares)
            Include(share);
        _intervals.Take();
        Steps = Figures(_steps);
        Iterations = Figures(_iterations);
        if (_ordered.Length < _tagged.Count)
            _ordered = [.. _tagged];
        Tagged = Array.ConvertAll(_ordered, tagged => new TaggedFigures(tagged.Key.Tag, tagged.Key.Value, tagged.Value.Interval()));
        foreach (StepTally tally in _outside.Concat(_connectWaits).Concat(_recovers))
            tally.Interval();
    }

    private static StepFigures[] Figures(List<StepTally> tallies) => [.. tallies.Select(tally => tally.Interval())];

    /// <summary>Finds what a loop has begun to record since the last interval.</summary>
    private void Include(ScenarioShare share)
    {
        string scenario = share.Scenario.Name;
        foreach (StepRecorder step in share.Steps)
            Include(_steps, scenario, step);
        Include(_iterations, scenario, share.Iterations);
        Include(_outside, scenario, share.OutsideSteps);
        if (share.ConnectWaits is { } waits)
            Include(_connectWaits, scenario, waits);
        if (share.Lasting.Recover is { } recover)
            Include(_recovers, scenario, recover);

        // An array that is the same has the same in it, and there may be a thousand.
        TaggedStep[] all = share.Tagged.All;
        if (_included.GetValueOrDefault(share) == all)
            return;
        _included[share] = all;
        foreach (TaggedStep tagged in all)
            Include(scenario, tagged);
    }

    private void Include(List<StepTally> tallies, string scenario, StepRecorder recorder)
    {
        if (_intervals.Knows(recorder))
            return;
        StepTally? tally = tallies.Find(tally => tally.Scenario == scenario && tally.Step == recorder.Name);
        if (tally is null)
            tallies.Add(tally = new StepTally(_intervals, scenario, recorder.Name));
        tally.Include(recorder);
    }

    private void Include(string scenario, TaggedStep tagged)
    {
        if (_intervals.Knows(tagged.Recorder))
            return;
        TagKey key = new(scenario, tagged.Step, tagged.Tag, tagged.Value);
        if (!_tagged.TryGetValue(key, out StepTally? tally))
            _tagged.Add(key, tally = new StepTally(_intervals, scenario, tagged.Step, TaggedSteps.SignificantDigits));
        tally.Include(tagged.Recorder);
    }

    internal IReadOnlyList<TaggedFigures> TaggedTotals() =>
        [.. _tagged.Select(tagged => new TaggedFigures(tagged.Key.Tag, tagged.Key.Value, tagged.Value.Total()))];

    internal IReadOnlyList<CheckFigures> TakeChecks()
    {
        IReadOnlyList<CheckFigures> before = _checks;
        _checks = [.. shares
            .SelectMany(share => share.Checks.All.Select(check => (Key: (Scenario: share.Scenario.Name, check.Name), Check: check)))
            .GroupBy(check => check.Key, check => check.Check)
            .Select(checks => new CheckFigures(checks.Key.Scenario, checks.Key.Name, checks.Sum(check => check.Ok), checks.Sum(check => check.Fail)))];
        return [.. _checks.Select(now => before.FirstOrDefault(was => (was.Scenario, was.Check) == (now.Scenario, now.Check)) is { } was
            ? now with { OkCount = now.OkCount - was.OkCount, FailCount = now.FailCount - was.FailCount }
            : now)];
    }

    /// <summary>As last taken.</summary>
    internal IReadOnlyList<CheckFigures> CheckTotals() => _checks;

    internal MetricFigures TakeMetrics() => _metrics.TakeInterval();

    internal MetricFigures MetricTotals() => _metrics.Total();

    internal ConnectFigures TakeConnect() => _connect.TakeInterval();

    internal ConnectFigures ConnectTotals() => _connect.Total();

    /// <summary>What sockets do from now on is not the load's.</summary>
    internal void StopListening() => _connect.StopListening();

    /// <summary>Everything that thresholds ask for, as last taken; lent until it is taken again.</summary>
    internal RunFigures Figures(TimeSpan elapsed) => new([.. _steps.Select(tally => tally.Lent())], [.. _iterations.Select(tally => tally.Lent())], elapsed)
    {
        Checks = _checks,
        Tagged = [.. _tagged.Select(tagged => new TaggedFigures(tagged.Key.Tag, tagged.Key.Value, tagged.Value.Lent()))],
        Metrics = _metrics.Lent(),
        Connect = _connect.Lent(),
        Others = [.. _recovers.Select(tally => tally.Lent())],
    };

    internal IReadOnlyList<StepFigures> StepTotals() => [.. _steps.Select(tally => tally.Total())];

    internal IReadOnlyList<StepFigures> IterationTotals() => [.. _iterations.Select(tally => tally.Total())];

    /// <summary>Waits for turns to connect, of the scenarios that limit the rate.</summary>
    internal IReadOnlyList<StepFigures> ConnectWaitTotals() => [.. _connectWaits.Select(tally => tally.Total())];

    /// <summary>Of the scenarios whose users lost connections that they keep.</summary>
    internal IReadOnlyList<ReconnectFigures> ReconnectTotals() => [.. _recovers.Select(tally =>
    {
        LastingConnections[] own = [.. shares.Where(share => share.Scenario.Name == tally.Scenario).Select(share => share.Lasting)];
        return new ReconnectFigures(own.Sum(lasting => lasting.Lost), own.Sum(lasting => lasting.Attempts), tally.Total());
    })];

    /// <summary>Takes what was counted of every storm that came; called once, at the end.</summary>
    internal IReadOnlyList<StormFigures> TakeStorms() => [.. shares
        .SelectMany(share => share.Lasting.Strikes.Select(strike => (share.Scenario, Recorder: strike)))
        .GroupBy(strike => (strike.Scenario.Name, strike.Recorder.Strike), strike => strike.Recorder)
        .Select(strike =>
        {
            Histogram recover = StrikeRecorder.NewHistogram();
            foreach (StrikeRecorder recorder in strike)
                recover.Add(recorder.Take());
            return new StormFigures(
                strike.Key.Name, strike.Key.Strike.Number, strike.Key.Strike.At, strike.Sum(recorder => recorder.Living), strike.Sum(recorder => recorder.Cut), strike.Sum(recorder => recorder.Attempts), recover);
        })];

    /// <summary>Failures of steps and outside of steps, most frequent first.</summary>
    internal IReadOnlyList<KeyValuePair<Outcome, long>> Failures() => [.. _steps.Concat(_outside)
        .SelectMany(tally => tally.Total().Failures)
        .GroupBy(failure => failure.Key, failure => failure.Value)
        .Select(group => KeyValuePair.Create(group.Key, group.Sum()))
        .OrderByDescending(failure => failure.Value)
        .ThenBy(failure => failure.Key.Status, StringComparer.Ordinal)
        .ThenBy(failure => failure.Key.Detail, StringComparer.Ordinal)];

    /// <summary>The first failure of each kind: of a step before one outside of steps, for it tells more; and so on.</summary>
    internal IReadOnlyDictionary<Outcome, OutcomeSample> Samples()
    {
        Dictionary<Outcome, OutcomeSample> samples = [];
        foreach ((Outcome outcome, OutcomeSample sample) in _steps.SelectMany(tally => tally.Samples).OrderBy(sample => sample.Value.At)
            .Concat(_outside.SelectMany(tally => tally.Samples).OrderBy(sample => sample.Value.At))
            .Concat(_connect.Failures.Samples)
            .Concat(_connect.Lost.Samples))
            samples.TryAdd(outcome, sample);
        return samples;
    }

    /// <summary>Close frames received.</summary>
    internal IReadOnlyDictionary<int, long> CloseCodes() => Since(_closesBefore, Received(loops));

    internal IReadOnlyDictionary<int, long> CloseCodesSent() => Since(_closesSentBefore, Sent(loops));

    /// <summary>Close frames received since this was last asked.</summary>
    internal IReadOnlyDictionary<int, long> TakeCloseCodes() => Take(ref _closesTaken, Received(loops));

    /// <summary>Close frames sent since this was last asked.</summary>
    internal IReadOnlyDictionary<int, long> TakeCloseCodesSent() => Take(ref _closesSentTaken, Sent(loops));

    private static SortedDictionary<int, long> Take(ref long[] taken, long[] now)
    {
        SortedDictionary<int, long> codes = Since(taken, now);
        taken = now;
        return codes;
    }

    private static SortedDictionary<int, long> Since(long[] before, long[] now)
    {
        SortedDictionary<int, long> codes = [];
        for (int code = 0; code < now.Length; code++)
        {
            if (now[code] > before[code])
                codes[code] = now[code] - before[code];
        }

        return codes;
    }

    private static long[] Received(IReadOnlyList<EventLoop> loops) => EachCode(loops, static (counters, code) => counters.CloseFramesReceived(code));

    private static long[] Sent(IReadOnlyList<EventLoop> loops) => EachCode(loops, static (counters, code) => counters.CloseFramesSent(code));

    private static long[] EachCode(IReadOnlyList<EventLoop> loops, Func<LoopCounters, int, long> count)
    {
        long[] codes = new long[LoopCounters.CloseCodeCount];
        foreach (EventLoop loop in loops)
        {
            for (int code = 0; code < codes.Length; code++)
                codes[code] += count(loop.Counters, code);
        }

        return codes;
    }

    /// <summary>In the order that people look for them in.</summary>
    private readonly record struct TagKey(string Scenario, string Step, string Tag, string Value) : IComparable<TagKey>
    {
        public int CompareTo(TagKey other)
        {
            int order = string.CompareOrdinal(Tag, other.Tag);
            order = order != 0 ? order : string.CompareOrdinal(Value, other.Value);
            order = order != 0 ? order : string.CompareOrdinal(Scenario, other.Scenario);
            return order != 0 ? order : string.CompareOrdinal(Step, other.Step);
        }
    }
}
