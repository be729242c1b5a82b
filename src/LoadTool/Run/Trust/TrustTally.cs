using System.Net.Sockets;
using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>What a run learns of its own generator: begun with its loops, asked once per interval, and in the end its verdict. Used by the run's thread only.</summary>
internal sealed class TrustTally : IDisposable
{
    /// <summary>A loop that has not beaten for so long is told of while it still stands, nanoseconds.</summary>
    private const long LongSilence = 1_000_000_000;

    /// <summary>Lags of one kind and place that are told in the log; the verdict counts them all.</summary>
    private const int MaxTold = 3;

    /// <summary>Details of failures whose cause is this machine.</summary>
    private static readonly string[] Exhaustion =
        [.. new[] { SocketError.AddressNotAvailable, SocketError.TooManyOpenSockets, SocketError.NoBufferSpaceAvailable }
            .Select(error => new FailureCause(ConnectionPhase.None, error).ToString())];

    private readonly LagPulse _pulse;
    private readonly LagWatch[] _watches;
    private readonly Action<string> _log;
    private readonly Dictionary<LagCause, (Histogram Lags, TimeSpan LongestAt)> _lags = [];
    private readonly Dictionary<(string?, string?), BlockFigures> _blocks = [];
    private readonly Dictionary<(LagCause, string?, string?), int> _told = [];
    private readonly HashSet<LagWatch> _silent = [];
    private LoopTally[] _loops = [];
    private TrustClock? _clock;
    private TrustFigures? _before;
    private (long Busy, long Stolen, long All)? _processors;
    private long _startedAt;
    private long _maxConnections;
    private int _intervals;
    private int _saturated;

    /// <param name="loops">Those of the run, started.</param>
    /// <param name="context">What the run shares.</param>
    internal TrustTally(EventLoop[] loops, RunContext context)
    {
        _log = context.Log;
        _pulse = new LagPulse(() => loops[0].Now);
        _watches = [.. loops.Select((loop, index) => new LagWatch(context.Loop(loop, index, loops.Length), loop, _pulse))];
        PostAll(watch => watch.Begin());
    }

    /// <summary>From here on it counts: what was before is forgotten.</summary>
    internal void Begin(TimeProvider clock)
    {
        _loops = [.. _watches.Select(watch => new LoopTally(watch))];
        _clock = new TrustClock(clock);
        _processors = TrustMachine.ReadProcessors();
        _before = ReadProcess();
        _startedAt = Now;
    }

    /// <summary>Takes what loops have found since the last call, and tells the log.</summary>
    /// <param name="length">Of the interval.</param>
    /// <param name="connections">Open now.</param>
    internal IReadOnlyList<LoopFigures> TakeInterval(TimeSpan length, long connections)
    {
        _clock!.Look();
        _maxConnections = Math.Max(_maxConnections, connections);
        foreach (LagWatch watch in _watches)
        {
            while (watch.Notes.TryDequeue(out LagNote? note))
                Count(note);
            TellSilence(watch);
        }

        LoopFigures[] figures = [.. _loops.Select(loop => loop.TakeInterval())];
        _intervals++;
        if (figures.Any(loop => loop.Cpu > TrustRules.SaturatedCpu * length))
            _saturated++;
        return figures;
    }

    /// <summary>The verdict on all intervals so far.</summary>
    internal Trust Judge(RunResult result)
    {
        foreach (LagWatch watch in _silent)
            Count(Silence(watch));
        _silent.Clear();
        StepFigures[] worked = [.. (result.Steps.Count > 0 ? result.Steps : result.Iterations).Where(step => step.OkCount > 0)];
        double fastestP99 = worked.Length == 0 ? 0 : worked.Min(step => step.Latency.ValueAtPercentile(99));
        return TrustRules.Judge(Figures(result), fastestP99, attempts: result.Statuses.Values.Sum());
    }

    public void Dispose()
    {
        PostAll(watch => watch.End());
        _pulse.Dispose();
    }

    private long Now => _watches[0].Loop.Now;

    private static TrustFigures ReadProcess() => new()
    {
        Length = default,
        Loops = [],
        GcPause = GC.GetTotalPauseDuration(),
        GcCount = GC.CollectionCount(0),
        AllocatedBytes = GC.GetTotalAllocatedBytes(precise: false),
        OtherDescriptors = TrustMachine.CountDescriptors(),
    };

    private TrustFigures Figures(RunResult result)
    {
        TrustFigures now = ReadProcess();
        (double? busy, double? stolen) = Processors();
        return now with
        {
            Length = Since(Now),
            Loops = [.. _loops.Select(loop => loop.Total())],
            Lags = [.. _lags.Select(lags => new LagFigures(lags.Key, lags.Value.Lags.Copy(), lags.Value.LongestAt)).OrderByDescending(lags => lags.Lags.Mean * lags.Lags.TotalCount)],
            Blocks = [.. _blocks.Values.OrderByDescending(block => block.Longest)],
            SaturatedShare = _intervals == 0 ? 0 : (double)_saturated / _intervals,
            GcPause = now.GcPause - _before!.GcPause,
            GcCount = now.GcCount - _before.GcCount,
            AllocatedBytes = now.AllocatedBytes - _before.AllocatedBytes,
            MaxConnections = _maxConnections,
            Ports = LocalPorts.Count,
            OtherDescriptors = _before.OtherDescriptors,
            DescriptorLimit = Descriptors.Limit,
            ExhaustionFailures = result.Failures.Where(failure => Exhaustion.Contains(failure.Key.Detail)).Sum(failure => failure.Value),
            ClockSteps = _clock!.Steps,
            LargestClockStep = _clock.Largest,
            IsTargetLocal = TrustMachine.IsLocal(result.Run.Options.Target),
            MachineBusy = busy,
            MachineStolen = stolen,
        };
    }

    private (double? Busy, double? Stolen) Processors()
    {
        if (_processors is not { } before || TrustMachine.ReadProcessors() is not { } now || now.All == before.All)
            return default;
        double all = now.All - before.All;
        return ((now.Busy - before.Busy) / all, (now.Stolen - before.Stolen) / all);
    }

    private void Count(LagNote note)
    {
        if (note.At < _startedAt)
            return;
        (Histogram lags, TimeSpan longestAt) = _lags.GetValueOrDefault(note.Cause, (LagWatch.NewHistogram(), default));
        _lags[note.Cause] = (lags, note.Nanoseconds > lags.Max ? Since(note.At) : longestAt);
        lags.RecordValue(note.Nanoseconds);
        if (note.Cause == LagCause.Script)
            CountBlock(note);
        Tell(note);
    }

    private void CountBlock(LagNote note)
    {
        BlockFigures block = _blocks.GetValueOrDefault((note.Scenario, note.Step), new BlockFigures(note.Scenario, note.Step, 0, default, default, 0, default));
        TimeSpan time = LoopTime.Span(note.Nanoseconds);
        block = block with { Count = block.Count + 1, Total = block.Total + time };
        if (time > block.Longest)
            block = block with { Longest = time, LongestUser = note.User, LongestAt = Since(note.At) };
        _blocks[(note.Scenario, note.Step)] = block;
    }

    /// <summary>Of each kind and place the first few; a lag that only the whole of the run can judge, none.</summary>
    private void Tell(LagNote note)
    {
        if (note.Cause != LagCause.Script && note.Nanoseconds < TrustRules.LongLag)
            return;
        (LagCause, string?, string?) place = (note.Cause, note.Scenario, note.Step);
        int told = _told[place] = _told.GetValueOrDefault(place) + 1;
        if (told <= MaxTold)
            _log($"trust: {TrustWords.Of(note)}{(told == MaxTold ? " (further ones are only counted)" : "")}");
    }

    /// <summary>A script that never lets its loop go is told of before the run's end.</summary>
    private void TellSilence(LagWatch watch)
    {
        if (Now - watch.BeatAt < LongSilence)
            _silent.Remove(watch);
        else if (_silent.Add(watch))
            _log($"trust: {TrustWords.OfSilence(Silence(watch))}");
    }

    /// <summary>The lag of a loop that still stands. Whose code it is may change as it is asked: then a name is wrong, and nothing worse.</summary>
    private LagNote Silence(LagWatch watch)
    {
        VirtualUser? user = watch.Loop.Actor as VirtualUser;
        return new LagNote(
            watch.Index, Now, Now - watch.BeatAt, user is null ? LagCause.Unknown : LagCause.Script, user?.Share.Scenario.Name, user?.Step?.Name, user?.Number ?? 0);
    }

    private TimeSpan Since(long moment) => LoopTime.Span(Math.Max(0, moment - _startedAt));

    private void PostAll(Action<LagWatch> action)
    {
        foreach (LagWatch watch in _watches)
            watch.Loop.Post(_ => action(watch), null);
    }
}
