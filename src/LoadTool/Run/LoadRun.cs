using System.Collections.Concurrent;
using System.Globalization;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>Runs scenarios against a target and tells outputs what happens.</summary>
public sealed class LoadRun
{
    /// <summary>Closing handshakes under way at the end may take this long altogether, and <see cref="ClosePatience"/> without any of them ending.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CloseLook = TimeSpan.FromMilliseconds(10);

    /// <summary>The most that a load can be multiplied by while it runs.</summary>
    public const int MaxLoadFactor = 100;

    /// <summary>Distinct script errors that are described in the log; their counts are complete whatever this is.</summary>
    private const int MaxDescribedErrors = 20;

    private readonly string _name;
    private readonly IReadOnlyList<Scenario> _scenarios;
    private readonly RunOptions _options;
    private readonly IReadOnlyList<IOutput> _outputs;
    private readonly TimeProvider _clock;
    private readonly Func<Exception, string> _describe;
    private readonly ConcurrentQueue<LogLine> _log = new();
    private readonly ConcurrentDictionary<Outcome, bool> _described = new();
    private readonly Dictionary<string, string> _outputErrors = [];
    private readonly List<Scenario> _ready = [];
    private readonly List<LoadChange> _changes = [];
    private readonly RunContext _context;
    private LoadPhase? _phase;
    private long? _startedAt;

    /// <param name="name">The run's name.</param>
    /// <param name="scenarios">At least one, each with its load simulations.</param>
    /// <param name="options">How to run them.</param>
    /// <param name="outputs">Where results go.</param>
    /// <param name="clock">The clock of the run.</param>
    /// <param name="describe">Puts a script's exception into words, with its place.</param>
    /// <exception cref="ArgumentException">The scenarios cannot be run as they are: none, one without load, two of one name and the like. The message says which.</exception>
    public LoadRun(
        string name,
        IReadOnlyList<Scenario> scenarios,
        RunOptions options,
        IReadOnlyList<IOutput> outputs,
        TimeProvider clock,
        Func<Exception, string>? describe = null)
    {
        ScenarioCheck.Require(scenarios);
        (_name, _scenarios, _options, _outputs, _clock) = (name, scenarios, options, outputs, clock);
        _describe = describe ?? (error => $"{error.GetType().Name}: {error.Message}");
        _context = new RunContext(options, Log, ReportScriptError) { Describe = _describe };
    }

    /// <summary>Makes the loop of an index, in place of the options' engine: for a simulation, which needs no warm engine either.</summary>
    internal Func<int, EventLoop>? MakeLoop { get; init; }

    /// <summary>Users that did not end, whatever was done about it.</summary>
    internal int UsersLeft { get; private set; }

    /// <summary>
    /// Makes the load from now on so many times what is planned, stage by stage: arrivals per second, or users. Stages last as long as planned; one that ends
    /// with its iterations stays as it is. From any thread.
    /// </summary>
    /// <param name="factor">1 for the plan, 0 for nothing; at most <see cref="MaxLoadFactor"/>.</param>
    /// <returns>False when the load is not running.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is none.</exception>
    public bool ScaleLoad(double factor)
    {
        if (!(factor >= 0 && factor <= MaxLoadFactor))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, $"A load is 0 to {MaxLoadFactor} times what was planned.");
        lock (_changes)
        {
            if (_phase is not { HasEnded: false } phase || _startedAt is not { } startedAt)
                return false;
            LoadChange change = new(_clock.GetElapsedTime(startedAt), factor);
            _changes.Add(change);
            phase.Scale(factor);
            Log(string.Create(CultureInfo.InvariantCulture, $"load set to {factor:0.###} times the plan by hand"));
            return true;
        }
    }

    /// <summary>Runs to the end of the plan, or until stopped.</summary>
    /// <param name="stop">Ends the load in order: iterations may finish, and everything is written.</param>
    /// <returns>The result, which the outputs have been given too.</returns>
    /// <exception cref="ScenarioException">A scenario's init failed; nothing was run.</exception>
    public async Task<RunResult> RunAsync(CancellationToken stop)
    {
        EventLoop[] loops = [.. Enumerable.Range(0, _options.Loops).Select(MakeLoop ?? (index => EventLoop.Create(_options.Engine, _clock, $"loop {index}")))];
        foreach ((int index, EventLoop loop) in loops.Index())
        {
            RunLoop here = _context.Loop(loop, index, loops.Length);
            loop.NumberSockets(index, loops.Length);
            loop.AcceptsAnyServerCertificate = _options.AcceptsAnyServerCertificate;
            loop.SocketOverrides = _options.Sockets;
            loop.UnhandledException += error => Log($"unhandled: {_describe(error)}");
            loop.PrepareThread(() => RunLoop.Current = here);
            loop.Start();
        }

        TrustTally? trust = MakeLoop is null ? new(loops, _context) : null;
        try
        {
            if (MakeLoop is null)
                await EngineWarmUp.OnceAsync(_options.Engine, _clock);
            await InitAsync(loops, stop);
            return await RunLoadAsync(loops, trust, stop);
        }
        finally
        {
            trust?.Dispose();
            await EndAsync(loops);
        }
    }

    /// <summary>A loop that a script blocks for ever cannot be ended: it is left to the end of the process.</summary>
    private async Task EndAsync(EventLoop[] loops)
    {
        foreach (EventLoop loop in loops)
        {
            if (await LoadPhase.AnswersAsync(loop, _clock))
                loop.Dispose();
        }
    }

    /// <summary>How long the longest scenario's load lasts; null when one of them lasts as long as its iterations.</summary>
    private static TimeSpan? Planned(IReadOnlyList<Scenario> scenarios)
    {
        TimeSpan?[] lengths = [.. scenarios.Select(scenario => LoadPlan.Length(scenario.Simulations))];
        return lengths.Contains(null) ? null : lengths.Max();
    }

    /// <summary>The load of those scenarios that want it, for as long as they want it, counted by nobody.</summary>
    private async Task<WarmUpFigures?> WarmUpAsync(EventLoop[] loops, CancellationToken stop)
    {
        if (_scenarios.Max(scenario => scenario.WarmUp) is not { } longest || stop.IsCancellationRequested)
            return null;
        LoadPhase phase = new(_scenarios, _options with { Iterations = null }, _context, loops, _clock, scenario => scenario.WarmUp ?? TimeSpan.Zero);
        RunTally tally = new(loops, phase.Shares);
        long startedAt = _clock.GetTimestamp();
        PostAll(loops, here => here.HoldMetrics());
        await phase.RunAsync(longest, stop);
        TimeSpan length = _clock.GetElapsedTime(startedAt);
        await WaitForClosesAsync(tally);
        PostAll(loops, here => here.ReleaseMetrics());
        tally.TakeIntervals();
        IReadOnlyList<StepFigures> iterations = tally.IterationTotals();
        WarmUpFigures figures = new(length, iterations.Sum(figures => figures.OkCount), iterations.Sum(figures => figures.FailCount), tally.Traffic);
        Log($"warm-up of {length.TotalSeconds:0.0} s thrown away: {figures.OkCount} iterations ok, {figures.FailCount} failed, {figures.Traffic.MessagesSent} messages sent, {figures.Traffic.MessagesReceived} received");
        return figures;
    }

    private async Task<RunResult> RunLoadAsync(EventLoop[] loops, TrustTally? trust, CancellationToken stop)
    {
        WarmUpFigures? warmUp = await WarmUpAsync(loops, stop);
        LoadPhase phase = new(_scenarios, _options, _context, loops, _clock);
        RunTally tally = new(loops, phase.Shares);
        TimeSpan? planned = Planned(_scenarios);
        if (planned is null || _options.MaxDuration < planned)
            planned = _options.MaxDuration;
        RunInfo run = new(_name, _scenarios, _options, _clock.GetUtcNow(), planned);
        Tell(output => output.Start(run));
        GeneratorCost costBefore = GeneratorCost.Read();
        trust?.Begin(_clock);
        long startedAt = _clock.GetTimestamp();
        lock (_changes)
            (_phase, _startedAt) = (phase, startedAt);

        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ThresholdWatch thresholds = new(_scenarios, Log, _describe, ending.Cancel);
        Snapshots snapshots = new(this, tally, trust, startedAt, thresholds.IsEmpty ? null : figures => thresholds.Look(figures, mayAbort: !phase.HasEnded));
        await snapshots.TakeWhileAsync(phase.RunAsync(planned ?? LoadSimulation.Longest, ending.Token));
        UsersLeft = phase.Shares.Sum(share => share.ActiveUsers);
        GeneratorCost cost = GeneratorCost.Read();
        TimeSpan length = _clock.GetElapsedTime(startedAt);
        await WaitForClosesAsync(tally);

        // What the last users left for another loop to count has been posted to it by now: it is counted when that answers.
        await Task.WhenAll(loops.Select(loop => LoadPhase.AnswersAsync(loop, _clock)));
        snapshots.Take();
        RunResult result = Result(run, tally, length, cost - costBefore, cost, stop.IsCancellationRequested) with
        {
            WarmUp = warmUp,
            Thresholds = thresholds.End(tally.Figures(length)),
            LoadChanges = [.. _changes],
        };
        result = result with { Trust = trust?.Judge(result) };
        tally.StopListening();
        ScenarioException? cleanError = await CleanAsync(loops);
        await WaitForClosesAsync(tally);
        if (!_log.IsEmpty)
            snapshots.Take();

        // An output hears of those told before it: the one that people read is best the last.
        Tell(output => output.Finish(Ended()));
        return Ended();

        RunResult Ended() => result with { CleanError = cleanError, OutputErrors = new Dictionary<string, string>(_outputErrors) };
    }

    /// <summary>Sockets that users closed as they ended await their server's answer: cut now, the server would see a reset in place of a clean close.</summary>
    private async Task WaitForClosesAsync(RunTally tally)
    {
        using PeriodicTimer look = new(CloseLook, _clock);
        long began = _clock.GetTimestamp();
        long progressed = began;
        long open = tally.Connections;
        while (open > 0 && _clock.GetElapsedTime(began) < CloseLimit && _clock.GetElapsedTime(progressed) < ClosePatience)
        {
            await look.WaitForNextTickAsync();
            long now = tally.Connections;
            if (now < open)
                progressed = _clock.GetTimestamp();
            open = now;
        }
    }

    /// <summary>Runs every scenario's init in turn. A stop in between ends it: the load then begins stopped.</summary>
    private async Task InitAsync(EventLoop[] loops, CancellationToken stop)
    {
        foreach (Scenario scenario in _scenarios)
        {
            try
            {
                if (scenario.Init is { } init)
                    await loops[0].RunAsync(() => init(InitContext(scenario, loops, stop))).WaitAsync(stop);
                _ready.Add(scenario);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                await CleanAsync(loops);
                throw new ScenarioException(scenario.Name, "init", error);
            }
        }
    }

    /// <summary>Clean runs for every scenario whose init succeeded, whatever another's does; the first failure is kept.</summary>
    private async Task<ScenarioException?> CleanAsync(EventLoop[] loops)
    {
        ScenarioException? first = null;
        foreach (Scenario scenario in _ready)
        {
            if (scenario.Clean is not { } clean)
                continue;
            try
            {
                EventLoop loop = await FreeLoopAsync(loops);
                await loop.RunAsync(() => clean(InitContext(scenario, loops, CancellationToken.None)));
            }
            catch (Exception error)
            {
                first ??= new ScenarioException(scenario.Name, "clean", error);
            }
        }

        return first;
    }

    /// <summary>The first loop, where init ran, unless a script blocks it for ever.</summary>
    /// <exception cref="TimeoutException">All are blocked.</exception>
    private async Task<EventLoop> FreeLoopAsync(EventLoop[] loops)
    {
        foreach (EventLoop loop in loops)
        {
            if (await LoadPhase.AnswersAsync(loop, _clock))
                return loop;
        }

        throw new TimeoutException("it could not run, because code of the script never lets its event loop go");
    }

    private ScenarioInitContext InitContext(Scenario scenario, EventLoop[] loops, CancellationToken cancellation) =>
        new(scenario.Name, _options.Target, _options.Environment, _context.DataOf(scenario), loops, cancellation, Log);

    private static RunResult Result(
        RunInfo run, RunTally tally, TimeSpan length, GeneratorCost measured, GeneratorCost total, bool wasStopped)
    {
        IReadOnlyList<StepFigures> steps = tally.StepTotals();
        IReadOnlyList<StepFigures> iterations = tally.IterationTotals();
        IReadOnlyList<KeyValuePair<Outcome, long>> failures = tally.Failures();
        Dictionary<string, long> statuses = failures
            .GroupBy(failure => failure.Key.Status)
            .ToDictionary(group => group.Key, group => group.Sum(failure => failure.Value));

        // A scenario without steps is counted by its iterations.
        statuses[Outcome.Ok] = statuses.GetValueOrDefault(Outcome.Ok)
            + steps.Concat(iterations.ExceptBy(steps.Select(step => step.Scenario), step => step.Scenario)).Sum(step => step.OkCount);
        return new RunResult(
            run, length, steps, iterations, tally.Traffic, statuses, failures, tally.CloseCodes(), measured, total, tally.Connections, wasStopped,
            CleanError: null, OutputErrors: new Dictionary<string, string>())
        {
            Checks = tally.CheckTotals(),
            Tagged = tally.TaggedTotals(),
            Metrics = tally.MetricTotals(),
            ConnectWaits = tally.ConnectWaitTotals(),
            Reconnects = tally.ReconnectTotals(),
            Storms = tally.TakeStorms(),
            Connect = tally.ConnectTotals(),
            CloseCodesSent = tally.CloseCodesSent(),
            Samples = tally.Samples(),
        };
    }

    private void PostAll(EventLoop[] loops, Action<RunLoop> action)
    {
        foreach ((int index, EventLoop loop) in loops.Index())
        {
            RunLoop here = _context.Loop(loop, index, loops.Length);
            loop.Post(_ => action(here), null);
        }
    }

    private void Log(string text) => _log.Enqueue(new LogLine(_clock.GetUtcNow(), text));

    private void ReportScriptError(Outcome outcome, Exception error)
    {
        if (_described.Count < MaxDescribedErrors && _described.TryAdd(outcome, true))
            Log(_describe(error));
    }

    /// <summary>An output that fails, by whatever mistake, loses its own data and nothing else: it is named, and not called again.</summary>
    private void Tell(Action<IOutput> tell)
    {
        foreach (IOutput output in _outputs)
        {
            if (_outputErrors.ContainsKey(output.Name))
                continue;
            try
            {
                tell(output);
            }
            catch (Exception error)
            {
                _outputErrors[output.Name] = error is IOException or UnauthorizedAccessException ? error.Message : $"{error.GetType().Name}: {error.Message}";
            }
        }
    }

    /// <summary>Takes a snapshot per interval while the load runs.</summary>
    private sealed class Snapshots(LoadRun owner, RunTally tally, TrustTally? trust, long startedAt, Func<RunFigures, IReadOnlyList<ThresholdResult>>? look)
    {
        // By the wall clock, as what happens in the load is: the run itself began earlier, by as long as its outputs took to begin.
        private readonly DateTimeOffset _began = owner._clock.GetUtcNow() - owner._clock.GetElapsedTime(startedAt);
        private Traffic _traffic;
        private TimeSpan _taken;
        private TimeSpan _gcPause = GC.GetTotalPauseDuration();
        private long _iterationsStarted;
        private IReadOnlyList<ThresholdResult> _thresholds = [];

        internal async Task TakeWhileAsync(Task load)
        {
            using PeriodicTimer timer = new(owner._options.Interval, owner._clock);
            Task<bool> tick = timer.WaitForNextTickAsync().AsTask();
            while (await Task.WhenAny(load, tick) == tick)
            {
                Take(isRunning: true);
                tick = timer.WaitForNextTickAsync().AsTask();
            }

            await load;
        }

        internal void Take(bool isRunning = false)
        {
            TimeSpan now = owner._clock.GetElapsedTime(startedAt);
            Traffic traffic = tally.Traffic;
            long iterationsStarted = tally.IterationsStarted;
            IReadOnlyList<LoopFigures> loops = trust?.TakeInterval(now - _taken, tally.Connections) ?? [];
            tally.TakeIntervals();
            Snapshot snapshot = new(
                _began + _taken, now - _taken, now, tally.Steps, tally.Iterations, traffic - _traffic, tally.ActiveUsers, tally.Connections, Log: [])
            {
                Checks = tally.TakeChecks(),
                Tagged = tally.Tagged,
                Metrics = tally.TakeMetrics(),
                Loops = loops,
                Connect = tally.TakeConnect(),
                IterationsStarted = iterationsStarted - _iterationsStarted,
                CloseCodes = tally.TakeCloseCodes(),
                CloseCodesSent = tally.TakeCloseCodesSent(),
                GcPause = trust is null ? default : TakeGcPause(),
            };
            if (isRunning && look is not null)
                _thresholds = look(tally.Figures(now));
            snapshot = snapshot with { Thresholds = _thresholds, Log = TakeLog() };
            (_taken, _traffic, _iterationsStarted) = (now, traffic, iterationsStarted);
            owner.Tell(output => output.Write(snapshot));
        }

        private TimeSpan TakeGcPause()
        {
            TimeSpan now = GC.GetTotalPauseDuration();
            (TimeSpan pause, _gcPause) = (now - _gcPause, now);
            return pause;
        }

        private List<LogLine> TakeLog()
        {
            List<LogLine> lines = [];
            while (owner._log.TryDequeue(out LogLine line))
                lines.Add(line);
            return lines;
        }
    }
}
