using LoadTool.Sockets;

namespace LoadTool;

/// <summary>
/// One event loop's share of one scenario: its users, its part of the arrivals, and what they count. Everything here happens on
/// the loop's thread, but for what <see cref="StepRecorder"/> allows the run to read.
/// </summary>
internal sealed class ScenarioShare
{
    /// <summary>Users started in one turn of the loop: enough to be quick, few enough that the answers to the first are not kept waiting.</summary>
    private const int UsersPerTurn = 16;

    private readonly IReadOnlyList<LoadSimulation> _asPlanned;
    private readonly int _index;
    private readonly int _shares;
    private readonly TaskCompletionSource _loadEnded;
    private readonly TaskCompletionSource _done;
    private readonly StageTimer _stageTimer;
    private readonly ArrivalTimer _arrivalTimer;
    private readonly UsersTimer _usersTimer;
    private readonly LimitTimer _limitTimer;
    private readonly StartTurn _startTurn;
    private readonly List<VirtualUser> _closedUsers = [];
    private readonly RunningUsers _running = new();
    private readonly NextTurn _nextTurn;
    private IReadOnlyList<LoadSimulation> _plan;
    private StepRecorder[] _steps = [];
    private StepRecorder? _lastStep;
    private OpenStep? _idleSteps;
    private VirtualUser? _idleUsers;
    private List<VirtualUser> _betweenIterations = [];
    private List<VirtualUser> _nextIterations = [];
    private int _stage = -1;
    private long _stageStartAt;
    private long _nextArrival;
    private long _nextDueAt;
    private long _iterationsLeft;
    private int _wantedUsers;
    private bool _isStartPosted;
    private int _nextNumber;
    private long _iterationsStarted;
    private bool _isExhausted;
    private bool _ended;

    /// <param name="scenario">The scenario.</param>
    /// <param name="plan">Its simulations, each in its place.</param>
    /// <param name="context">What the run shares.</param>
    /// <param name="phase">What the load shares.</param>
    /// <param name="loop">The loop.</param>
    /// <param name="index">Index of the loop among those of the run.</param>
    /// <param name="shares">Count of loops.</param>
    /// <param name="strikes">When storms cut its connections; null for never.</param>
    internal ScenarioShare(Scenario scenario, IReadOnlyList<LoadSimulation> plan, RunContext context, PhaseContext phase, EventLoop loop, int index, int shares, IReadOnlyList<Strike>? strikes = null)
    {
        (Scenario, _asPlanned, _plan, Context, Phase, Loop, _index, _shares) = (scenario, plan, plan, context, phase, loop, index, shares);
        Seed = SplitMix.Seed(context.Seed, scenario.Name);
        RunLoop = context.Loop(loop, index, shares);
        (Checks, Tagged) = (new CheckSet(context), new TaggedSteps(context));
        Data = context.DataOf(scenario);
        Lasting = new LastingConnections(this, strikes ?? [], shares);
        (_loadEnded, _done) = (new TaskCompletionSource(loop.Elsewhere), new TaskCompletionSource(loop.Elsewhere));
        _stageTimer = new StageTimer(this);
        _arrivalTimer = new ArrivalTimer(this);
        _usersTimer = new UsersTimer(this);
        _limitTimer = new LimitTimer(this);
        (_startTurn, _nextTurn) = (new StartTurn(this), new NextTurn(this));
        _nextNumber = index;
    }

    internal Scenario Scenario { get; }

    internal RunContext Context { get; }

    internal PhaseContext Phase { get; }

    internal EventLoop Loop { get; }

    /// <summary>What the loop keeps apart from its scenarios.</summary>
    internal RunLoop RunLoop { get; }

    internal CheckSet Checks { get; }

    internal TaggedSteps Tagged { get; }

    /// <summary>Connections that its users keep.</summary>
    internal LastingConnections Lasting { get; }

    /// <summary>The scenario's own state; not changed while the load runs.</summary>
    internal IReadOnlyDictionary<string, object> Data { get; }

    /// <summary>The seed of the scenario's chance: users of the same number in two scenarios draw apart.</summary>
    internal long Seed { get; }

    internal bool IsStopping { get; private set; }

    /// <summary>Called once as the share stops, before its users hear of it.</summary>
    internal Action? Stopped { get; set; }

    /// <summary>True when the graceful stop is over: what fails now was cut by us.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Ends when no further iteration will start: the plan is over, or was stopped.</summary>
    internal Task LoadEnded => _loadEnded.Task;

    /// <summary>Ends when the load has ended and every user with it.</summary>
    internal Task Done => _done.Task;

    /// <summary>Users now running an iteration; exact on the loop, recent elsewhere.</summary>
    internal int ActiveUsers => _running.Count;

    /// <summary>Iterations begun; exact on the loop, recent elsewhere.</summary>
    internal long IterationsStarted => Volatile.Read(ref _iterationsStarted);

    /// <summary>What whole iterations count.</summary>
    internal StepRecorder Iterations { get; } = new("iteration");

    /// <summary>Failures that happened outside of any step.</summary>
    internal StepRecorder OutsideSteps { get; } = new("(outside steps)");

    /// <summary>The steps seen so far; the array is replaced, never changed.</summary>
    internal StepRecorder[] Steps => Volatile.Read(ref _steps);

    /// <summary>When its users may connect; null for whenever they like.</summary>
    internal ConnectTurns? ConnectTurns
    {
        get;
        init
        {
            field = value;
            ConnectWaits = value is null ? null : new StepRecorder("(connect wait)");
        }
    }

    /// <summary>How long users waited for their turns to connect; null when there are none.</summary>
    internal StepRecorder? ConnectWaits { get; private init; }

    /// <summary>How long the load lasts at most.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.MaxValue;

    internal void Start(long startAt)
    {
        _stageStartAt = startAt;
        Loop.Arm(_stageTimer, startAt);
        Lasting.Start(startAt);
        if (Limit <= LoadSimulation.Longest)
            Loop.Arm(_limitTimer, startAt + Nanoseconds(Limit));
    }

    /// <summary>No new iterations; waiting users are woken to see that they are to stop.</summary>
    internal void Stop()
    {
        if (_ended)
            return;
        (_ended, IsStopping, _wantedUsers) = (true, true, 0);
        Loop.Disarm(_stageTimer);
        Loop.Disarm(_arrivalTimer);
        Loop.Disarm(_usersTimer);
        Loop.Disarm(_limitTimer);
        Loop.Disarm(Lasting);
        _loadEnded.TrySetResult();
        Stopped?.Invoke();
        foreach (VirtualUser user in _running.ToArray())
            user.StopWaits();
        CompleteIfIdle();
    }

    /// <summary>
    /// From a moment on the load is what it would be if the plan had had so many times its arrivals, or users, from the beginning. Every loop finds the same
    /// arrivals due after the same moment, and needs none of the others for it.
    /// </summary>
    /// <param name="factor">Of the plan as it was made; from 0.</param>
    /// <param name="from">On the clock of all loops; not in the future.</param>
    internal void Scale(double factor, long from)
    {
        if (_ended || _stage < 0)
        {
            _plan = [.. _asPlanned.Select(simulation => simulation.Scaled(factor))];
            return;
        }

        StartArrivals(dueBy: from);
        _plan = [.. _plan.Take(_stage), .. _asPlanned.Skip(_stage).Select(simulation => simulation.Scaled(factor))];
        ChangeUsers();
        LoadSimulation simulation = _plan[_stage];
        _nextArrival = FirstAfter(simulation, from - _stageStartAt);
        FindArrival(simulation);
        ArmArrival();
    }

    /// <summary>All iterations that were asked for have been taken: none starts any more, and those under way come to their own end.</summary>
    internal void Exhaust()
    {
        if (_isExhausted)
            return;
        _isExhausted = true;
        Loop.Disarm(_arrivalTimer);
        CompleteIfIdle();
    }

    /// <summary>There is no data for another iteration: the whole scenario starts none, and its log says why.</summary>
    internal void RunDry(string why)
    {
        Exhaust();
        if (!Context.IsFirst((Phase, Scenario)))
            return;
        Context.Log($"scenario \"{Scenario.Name}\" stops: {why}");
        Phase.ScenarioRanDry?.Invoke(Scenario);
    }

    internal void Cut() => IsCut = true;

    internal StepScope BeginStep(string name, VirtualUser user, long intendedAt, long startedAt)
    {
        StepRecorder recorder = ReferenceEquals(_lastStep?.Name, name) ? _lastStep! : FindStep(name);
        OpenStep step = _idleSteps ?? new OpenStep(this);
        _idleSteps = step.NextIdle;
        step.Open(recorder, user, intendedAt, startedAt);
        return new StepScope(step);
    }

    internal void Return(OpenStep step)
    {
        step.NextIdle = _idleSteps;
        _idleSteps = step;
    }

    /// <param name="step">Whose failure it is.</param>
    /// <param name="outcome">In words.</param>
    /// <param name="user">Whom it happened to.</param>
    /// <param name="error">What was thrown; null when the script said so itself.</param>
    internal void CountFailure(StepRecorder step, Outcome outcome, VirtualUser user, Exception? error)
    {
        if (IsCut || outcome == Outcome.StoppedByRun)
            step.Interrupt();
        else if (!step.Failures.TryCount(outcome))
            step.Failures.Add(outcome, SampleOf(step, outcome, user, error));
    }

    private OutcomeSample SampleOf(StepRecorder step, Outcome outcome, VirtualUser user, Exception? error)
    {
        WebSocketTransportException? transport = error as WebSocketTransportException;
        string text = transport?.Message ?? (error is null ? outcome.Detail : Context.Describe(error));
        bool isStep = step != Iterations && step != OutsideSteps;
        return new OutcomeSample(
            Loop.UtcNow, Scenario.Name, isStep ? step.Name : null, user.Number, transport is { SocketId: > 0 and var socketId } ? socketId : null, OutcomeSample.Cut(text));
    }

    internal void ReportScriptError(Outcome outcome, Exception error)
    {
        if (outcome.Status == Outcome.ScriptError && !IsCut)
            Context.ReportScriptError(outcome, error);
    }

    /// <summary>What this share counts of a step.</summary>
    internal StepRecorder FindStep(string name)
    {
        foreach (StepRecorder step in _steps)
        {
            if (step.Name == name)
                return _lastStep = step;
        }

        Context.Names.Claim(name, "a step");
        StepRecorder added = new(name);
        Volatile.Write(ref _steps, [.. _steps, added]);
        return _lastStep = added;
    }

    private void BeginStage()
    {
        if (_stage >= 0)
        {
            // An arrival of the stage's last tick is due together with its end.
            StartArrivals();
            _stageStartAt += Nanoseconds(_plan[_stage].During);
        }

        _stage++;
        Loop.Disarm(_arrivalTimer);
        Loop.Disarm(_usersTimer);
        if (_stage == _plan.Count)
        {
            Stop();
            return;
        }

        LoadSimulation simulation = _plan[_stage];
        Loop.Arm(_stageTimer, _stageStartAt + Nanoseconds(simulation.During));
        _iterationsLeft = simulation.Iterations is { } iterations ? OnThisLoop(iterations, simulation.Copies) : long.MaxValue;
        if (_iterationsLeft == 0)
            Exhaust();
        ChangeUsers();
        _nextArrival = _index;
        FindArrival(simulation);
        ArmArrival();
    }

    /// <summary>This loop's part of users, or of arrivals: those whose number is its index, counted round the loops.</summary>
    private long OnThisLoop(long count) => count / _shares + (_index < count % _shares ? 1 : 0);

    /// <summary>Iterations of this loop's users, when iterations go round the users.</summary>
    private long OnThisLoop(long iterations, long users) => iterations / users * OnThisLoop(users) + OnThisLoop(iterations % users);

    private void ChangeUsers()
    {
        LoadSimulation simulation = _plan[_stage];
        TimeSpan elapsed = new((Loop.Now - _stageStartAt) / TimeSpan.NanosecondsPerTick);
        if (elapsed > simulation.During)
            elapsed = simulation.During;
        SetUsers((int)OnThisLoop(simulation.CopiesAt(elapsed)));
        if (simulation.NextChange(elapsed) is { } next)
            Loop.Arm(_usersTimer, _stageStartAt + Nanoseconds(next));
    }

    private void SetUsers(int wanted)
    {
        _wantedUsers = wanted;
        while (_closedUsers.Count > wanted)
        {
            VirtualUser user = _closedUsers[^1];
            _closedUsers.RemoveAt(_closedUsers.Count - 1);
            user.Retire();
        }

        StartUsers();
    }

    private void StartUsers()
    {
        if (_isExhausted)
            return;
        for (int i = 0; i < UsersPerTurn && _closedUsers.Count < _wantedUsers; i++)
        {
            VirtualUser user = NewUser();
            user.IsClosed = true;
            _closedUsers.Add(user);
            _running.Add(user);
            RunNext(user);
        }

        if (_closedUsers.Count < _wantedUsers && !_isStartPosted)
        {
            _isStartPosted = true;
            Loop.Post(_startTurn);
        }
    }

    /// <summary>The first arrival from the next number on that chance has not left out.</summary>
    private void FindArrival(LoadSimulation simulation)
    {
        for (; _nextArrival < simulation.Arrivals; _nextArrival = simulation.Next(_nextArrival, _shares))
        {
            if (simulation.DueAt(_nextArrival) is { } dueAt)
            {
                _nextDueAt = _stageStartAt + Nanoseconds(dueAt);
                return;
            }
        }

        _nextDueAt = long.MaxValue;
    }

    /// <summary>This loop's first number whose arrival is due later than a moment of its stage, or an earlier one that chance left out next to it.</summary>
    private long FirstAfter(LoadSimulation simulation, long nanoseconds)
    {
        long low = 0, high = (Math.Min(simulation.Arrivals, long.MaxValue / 2) + _shares - 1 - _index) / _shares;
        while (low < high)
        {
            long middle = low + (high - low) / 2, number = _index + middle * _shares, end = _index + high * _shares;
            TimeSpan? dueAt = null;
            while (number < end && (dueAt = simulation.DueAt(number)) is null)
                number = simulation.Next(number, _shares);
            if (dueAt is { } due && Nanoseconds(due) <= nanoseconds)
                low = (number - _index) / _shares + 1;
            else
                high = middle;
        }

        return _index + low * _shares;
    }

    private void ArmArrival()
    {
        if (_nextDueAt < long.MaxValue && !_isExhausted && !_ended)
            Loop.Arm(_arrivalTimer, _nextDueAt);
    }

    /// <summary>Starts every arrival that is due: a loop that was late starts them all, each with the moment it was intended for.</summary>
    private void StartArrivals() => StartArrivals(dueBy: Loop.Now);

    private void StartArrivals(long dueBy)
    {
        LoadSimulation simulation = _plan[_stage];
        while (_nextDueAt <= dueBy && !_isExhausted)
        {
            if (!Phase.TryTakeIteration())
            {
                Exhaust();
                return;
            }

            long dueAt = _nextDueAt;
            _nextArrival = simulation.Next(_nextArrival, _shares);
            FindArrival(simulation);
            RunArrival(dueAt);
        }

        ArmArrival();
    }

    /// <summary>A closed user's next iteration, or its end.</summary>
    private void RunNext(VirtualUser user)
    {
        if (!user.Stopping)
        {
            if (_iterationsLeft > 0 && Phase.TryTakeIteration())
            {
                _iterationsLeft--;
                long now = Loop.Stamp();
                Run(user, dueAt: now, now);
                return;
            }

            Exhaust();
        }

        _running.Remove(user);
        user.DisposeState();
        CompleteIfIdle();
    }

    private void RunArrival(long dueAt)
    {
        VirtualUser user = _idleUsers ?? NewUser();
        _idleUsers = user.Next;
        _running.Add(user);
        long now = Loop.Stamp();
        RunLoop.Watch?.CountLateness(now - dueAt);
        Run(user, dueAt, now);
    }

    private void Run(VirtualUser user, long dueAt, long now)
    {
        _iterationsStarted++;
        user.BeginIteration(dueAt, startedAt: now);
        object? outer = Loop.Actor;
        long before = Loop.BeginActing(user);
        IterationCore? iteration = Scenario.Start(user).Core;
        Loop.EndActing(before, outer);
        user.LeaveStack();
        if (iteration?.TryTell(user) != true)
            End(user, iteration?.Error);
    }

    /// <summary>An iteration ended that did not end at once. On any thread: a script may have left its loop.</summary>
    internal void OnEnded(VirtualUser user, Exception? error)
    {
        if (Loop.IsCurrent)
            End(user, error);
        else
            Loop.Post(_ => End(user, error), null);
    }

    private void End(VirtualUser user, Exception? error)
    {
        Count(user, error);
        if (user.IsClosed)
        {
            // On the loop's next turn: an iteration that fails at once must not keep the loop from its sockets.
            if (_betweenIterations.Count == 0)
                Loop.Post(_nextTurn);
            _betweenIterations.Add(user);
            return;
        }

        _running.Remove(user);
        (user.Next, _idleUsers) = (_idleUsers, user);
        CompleteIfIdle();
    }

    private void RunWaiting()
    {
        (_betweenIterations, _nextIterations) = (_nextIterations, _betweenIterations);
        foreach (VirtualUser user in _nextIterations)
            RunNext(user);
        _nextIterations.Clear();
    }

    private void Count(VirtualUser user, Exception? error)
    {
        long now = user.Stamp();
        Outcome? thrown = error is null ? null : Outcome.Of(error, user);
        user.CountFailedSteps(thrown ?? Outcome.NotMarked, error);
        if (error is not null)
            ReportScriptError(thrown!.Value, error);
        if ((thrown ?? Scenario.FailureOf(user)) is not { } failure)
        {
            Iterations.Record(now - user.DueAt - user.HeldInIteration, now - user.StartedAt - user.HeldInIteration);
            return;
        }

        CountFailure(Iterations, failure, user, error);
        if (user.StepFailure is null)
            CountFailure(OutsideSteps, failure, user, error);
    }

    private VirtualUser NewUser()
    {
        VirtualUser user = new(this, _nextNumber);
        _nextNumber += _shares;
        return user;
    }

    private void CompleteIfIdle()
    {
        if (_running.Count > 0)
            return;
        if (_isExhausted)
            Stop();
        if (!_ended)
            return;
        for (; _idleUsers is { } user; _idleUsers = user.Next)
            user.DisposeState();
        _done.TrySetResult();
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private sealed class StageTimer(ScenarioShare share) : LoopTimer
    {
        internal override void Fire(long dueAt) => share.BeginStage();
    }

    private sealed class ArrivalTimer(ScenarioShare share) : LoopTimer
    {
        internal override void Fire(long dueAt) => share.StartArrivals();
    }

    private sealed class LimitTimer(ScenarioShare share) : LoopTimer
    {
        internal override void Fire(long dueAt) => share.Stop();
    }

    private sealed class UsersTimer(ScenarioShare share) : LoopTimer
    {
        internal override void Fire(long dueAt) => share.ChangeUsers();
    }

    private sealed class NextTurn(ScenarioShare share) : LoopItem
    {
        internal override void Run() => share.RunWaiting();
    }

    private sealed class StartTurn(ScenarioShare share) : LoopItem
    {
        internal override void Run()
        {
            share._isStartPosted = false;
            share.StartUsers();
        }
    }
}
