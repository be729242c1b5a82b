using System.Threading.Tasks.Sources;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>One independent actor that runs a scenario. Lives on one event loop: sockets it makes live there too, and what it awaits resumes there.</summary>
public sealed class VirtualUser
{
    /// <summary>Whose code runs, where that decides who waits to connect; set in no other run, for it costs memory per iteration.</summary>
    private static readonly AsyncLocal<VirtualUser?> Connecting = new();

    private readonly ScenarioShare _share;
    private UserExtras? _extras;
    private UserWait? _waits;
    private bool _retired;
    private bool _hasTakenLateness;

    internal VirtualUser(ScenarioShare share, int number)
    {
        _share = share;
        Number = number;
    }

    /// <summary>Index of this user in its scenario, from 0.</summary>
    public int Number { get; }

    /// <summary>Count of this user's iterations, the current one included.</summary>
    public long InvocationNumber { get; private set; }

    /// <summary>What a <see cref="DataFeed{T}"/> or a <see cref="ClientPool{T}"/> wants to know of this user.</summary>
    public ScenarioInfo ScenarioInfo => this;

    /// <summary>The target under load: <c>--target</c>, or the server that the run started itself.</summary>
    public Uri Target => _share.Context.Target;

    /// <summary>Values given with <c>--env NAME=VALUE</c>.</summary>
    public IReadOnlyDictionary<string, string> Env => _share.Context.Environment;

    /// <summary>Whatever the scenario wants to keep of this user from one iteration to the next. Disposed of, where that can be, as the user ends.</summary>
    public object? State
    {
        get => _extras?.State;
        set => Extras.State = value;
    }

    /// <summary>The same by name.</summary>
    public Dictionary<string, object> Data => Extras.Data ??= [];

    /// <summary>What the scenario's init left in <see cref="ScenarioInitContext.Data"/>, for all of its users.</summary>
    public IReadOnlyDictionary<string, object> ScenarioData => _share.Data;

    /// <summary>Random numbers of this user: the same on each run with the same seed, and others than those of any other user of any scenario.</summary>
    public Random Random => Chance;

    /// <summary>True when the user is to come to an end: loops in a scenario ask this before another round.</summary>
    /// <remarks>The run's token is asked too: a user that never lets its loop go would hear of nothing else.</remarks>
    public bool Stopping => _retired || _share.IsStopping || _share.Phase.Stopping.IsCancellationRequested;

    /// <summary>Cancelled when the run's load has ended, for awaits that would not end by themselves.</summary>
    public CancellationToken CancellationToken => _share.Phase.Stopping;

    /// <summary>The same under NBomber's name.</summary>
    public CancellationToken ScenarioCancellationToken => CancellationToken;

    /// <summary>What few users have, made when first needed.</summary>
    internal UserExtras Extras => _extras ??= new UserExtras();

    /// <inheritdoc cref="Random"/>
    internal SeededRandom Chance => Extras.Chance ??= new SeededRandom(unchecked((long)SplitMix.Hash(_share.Seed, Number)));

    /// <summary>Nanoseconds that this user has waited for its turns to connect, ever.</summary>
    internal long Held => _extras?.Held ?? 0;

    /// <summary>The same, in the current iteration.</summary>
    internal long HeldInIteration => _extras is { } extras ? extras.Held - extras.HeldBefore : 0;

    internal EventLoop Loop => _share.Loop;

    /// <summary>The innermost step under way, or null.</summary>
    internal OpenStep? Step { get; set; }

    internal ScenarioShare Share => _share;

    /// <summary>Links of the lists of running users, and of idle ones: a user is in one at a time.</summary>
    internal VirtualUser? Next { get; set; }

    /// <summary>How the first step failed that was counted as failed, and that the iteration fails for; null for none.</summary>
    internal Outcome? CountedFailure
    {
        get => _extras?.StepFailure;
        set
        {
            if (value is not null || _extras is not null)
                Extras.StepFailure = value;
        }
    }

    /// <summary>True while steps wait for what ended them.</summary>
    internal bool HasUnmarkedSteps => _extras?.UnmarkedSteps is not null;

    /// <inheritdoc cref="Next"/>
    internal VirtualUser? Previous { get; set; }

    /// <summary>True for a user that runs one iteration after another; false for one that an arrival took.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>When the current iteration was due, and when it started.</summary>
    internal long DueAt { get; private set; }

    /// <inheritdoc cref="DueAt"/>
    internal long StartedAt { get; private set; }

    /// <summary>How the first failed step of the current iteration failed, or null.</summary>
    internal Outcome? StepFailure => CountedFailure ?? (HasUnmarkedSteps ? Outcome.NotMarked : null);

    /// <summary>A fraction of 1 that belongs to this user and the run's seed; costs no generator.</summary>
    internal double Phase => (SplitMix.Hash(_share.Seed, Number) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Turns at an even rate for <c>await foreach</c>; latency of a step begun with a turn counts from the moment it was due.</summary>
    /// <param name="perSecond">Turns per second of this one user; more than 0.</param>
    /// <returns>The turns; they end when the user is to stop.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not more than 0.</exception>
    public Pace Pace(double perSecond) => new(this, perSecond);

    /// <summary>Waits on the event loop, more exactly than <c>Task.Delay</c>; less long when the user is to stop.</summary>
    /// <param name="time">How long; <see cref="Timeout.InfiniteTimeSpan"/> means until the user is to stop.</param>
    public ValueTask Delay(TimeSpan time) => new DelayWait(this).Begin(time);

    /// <summary>
    /// Connects to the target, runs what is to be done on the socket, and connects anew when the connection breaks, or cannot be made, as the policy says. Ends when what is to be done ends by itself.
    /// Each attempt is a step. A step under way fails with its connection; the iteration does not, unless the policy gives up. What a <see cref="Storm"/> cuts is interrupted, and fails nothing.
    /// </summary>
    /// <typeparam name="TSocket">The kind of socket.</typeparam>
    /// <param name="policy">When to try again.</param>
    /// <param name="make">Makes a socket that is not connected; once per attempt.</param>
    /// <param name="whileConnected">Uses the connected socket. Run from its beginning on each connection; the socket is disposed of afterwards.</param>
    /// <param name="target">Where to; null for <see cref="Target"/>.</param>
    /// <param name="step">The name of the step that each attempt is.</param>
    /// <exception cref="LoadTool.Sockets.WebSocketTransportException">The policy gave up: the last failure.</exception>
    /// <exception cref="OperationCanceledException">The user was to stop before it was connected again.</exception>
    public Task StayConnectedAsync<TSocket>(
        ReconnectPolicy policy, Func<TSocket> make, Func<TSocket, Task> whileConnected, Uri? target = null, [Names(NamesAttribute.Step)] string step = "connect")
        where TSocket : Windows.Networking.Sockets.WebSocketBase
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(whileConnected);
        return new LastingConnection(this, policy, step).RunAsync(make, whileConnected, target ?? Target);
    }

    /// <summary>Whether this user is one of a share of all users, drawn from the run's seed: always the same answer for the same user, trait and seed.</summary>
    /// <param name="share">The chance, from 0 to 1.</param>
    /// <param name="trait">What is drawn: users are drawn apart for each trait, and a larger share of one trait holds those of a smaller one.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside its range.</exception>
    public bool IsOneOf(double share, string trait = "")
    {
        if (share is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share is from 0 to 1.");
        return SplitMix.Fraction(SplitMix.Seed(_share.Seed, trait), Number) < share;
    }

    /// <summary>Counts whether something holds. One that does not is not fatal, and fails neither step nor iteration; allocates nothing.</summary>
    /// <param name="name">The name that results show; a literal is found fastest.</param>
    /// <param name="condition">Whether it holds.</param>
    /// <returns><paramref name="condition"/>.</returns>
    /// <exception cref="InvalidOperationException">The name is another kind of thing already: a step, a metric.</exception>
    public bool Check([Names(NamesAttribute.Check)] string name, bool condition) => _share.Checks.Count(name, condition);

    /// <summary>Writes a line to the run's log.</summary>
    /// <param name="message">The line.</param>
    public void Log(string message) => _share.Context.Log($"{_share.Scenario.Name}/{Number}: {message}");

    /// <summary>Waits for the current user's turn to connect, where its scenario limits the rate.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or the user was to stop before its turn came.</exception>
    internal static ValueTask WaitToConnectAsync(CancellationToken cancellation) =>
        Connecting.Value is { _share.ConnectTurns: { } turns } user ? user.WaitForTurnAsync(turns, cancellation) : ValueTask.CompletedTask;

    private async ValueTask WaitForTurnAsync(ConnectTurns turns, CancellationToken cancellation)
    {
        long began = Loop.Now, turn = turns.Take(began);
        BeginHold(began);
        await Delay(new TimeSpan((turn - began + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick));
        long now = Loop.Now;
        EndHold(now);
        cancellation.ThrowIfCancellationRequested();
        if (now < turn)
            throw new OperationCanceledException("The user was to stop before its turn to connect came.");
        _share.ConnectWaits!.Record(now - began, now - began);
    }

    /// <summary>Of waits side by side, the time is counted once.</summary>
    private void BeginHold(long now)
    {
        if (Extras.Holds++ == 0)
            Extras.HeldSince = now;
    }

    private void EndHold(long now)
    {
        if (--Extras.Holds == 0)
            Extras.Held += now - Extras.HeldSince;
    }

    /// <summary>The current moment, and that it is this user whose code runs.</summary>
    internal long Stamp()
    {
        // Known after an await of something foreign too, before what passed since is looked at.
        Loop.Actor = this;
        return Loop.Stamp();
    }

    internal void Retire()
    {
        _retired = true;
        StopWaits();
    }

    internal void DisposeState()
    {
        try
        {
            (State as IDisposable)?.Dispose();
        }
        catch (Exception error)
        {
            _share.ReportScriptError(Outcome.Of(error), error);
        }
    }

    internal void StopWaits()
    {
        while (_waits is { } wait)
            wait.Stop();
    }

    internal void Begin(UserWait wait)
    {
        wait.Next = _waits;
        _waits = wait;
    }

    internal void End(UserWait wait)
    {
        if (ReferenceEquals(_waits, wait))
        {
            _waits = wait.Next;
            return;
        }

        UserWait? before = _waits;
        while (before is not null && !ReferenceEquals(before.Next, wait))
            before = before.Next;
        if (before is not null)
            before.Next = wait.Next;
    }

    /// <param name="dueAt">When it was due.</param>
    /// <param name="startedAt">When it starts: now.</param>
    internal void BeginIteration(long dueAt, long startedAt)
    {
        InvocationNumber++;
        (DueAt, StartedAt, _hasTakenLateness) = (dueAt, startedAt, false);
        if (_extras is { } extras)
            (extras.HeldBefore, extras.StepFailure) = (extras.Held, null);
        if (_share.ConnectTurns is not null)
            Connecting.Value = this;
    }

    /// <summary>The iteration has come to its first await: what runs next on this stack is not its code.</summary>
    internal void LeaveStack()
    {
        if (_share.ConnectTurns is not null)
            Connecting.Value = null;
    }

    /// <summary>
    /// When the step that begins now was intended to: the first one earlier by as much as its iteration was late, a later one when
    /// the script reaches it. What a script does before its first step (think time, an unmeasured connect) is no one's latency.
    /// </summary>
    internal long TakeIntendedAt(long now)
    {
        long lateness = _hasTakenLateness ? 0 : StartedAt - DueAt;
        _hasTakenLateness = true;
        return now - lateness;
    }

    /// <summary>A step ended without being marked; the exception that ends the iteration tells why.</summary>
    internal void AddFailedStep(StepRecorder step) => Extras.UnmarkedSteps = new UnmarkedStep(step, Extras.UnmarkedSteps);

    /// <summary>A step was counted as failed.</summary>
    internal void CountFailedStep(Outcome outcome) => Extras.StepFailure ??= outcome;

    /// <summary>Counts the steps that ended without being marked.</summary>
    internal void CountFailedSteps(Outcome outcome, Exception? error)
    {
        for (; _extras?.UnmarkedSteps is { } unmarked; _extras.UnmarkedSteps = unmarked.Next)
        {
            CountFailedStep(outcome);
            _share.CountFailure(unmarked.Step, outcome, this, error);
        }
    }

    private sealed class DelayWait(VirtualUser user) : UserWait, IValueTaskSource
    {
        private LoopCompletion<bool> _wait;

        internal ValueTask Begin(TimeSpan time)
        {
            bool isEndless = time == Timeout.InfiniteTimeSpan;
            if ((time <= TimeSpan.Zero && !isEndless) || user.Stopping)
                return ValueTask.CompletedTask;
            short token = _wait.Begin();
            user.Begin(this);
            user.Loop.Arm(this, isEndless ? long.MaxValue : MomentAfter(time));
            return new ValueTask(this, token);
        }

        /// <summary>What is too far away to be counted never comes.</summary>
        private long MomentAfter(TimeSpan time)
        {
            long now = user.Loop.Now;
            return time.Ticks > (long.MaxValue - now) / TimeSpan.NanosecondsPerTick ? long.MaxValue : now + time.Ticks * TimeSpan.NanosecondsPerTick;
        }

        internal override void Fire(long dueAt)
        {
            user.End(this);
            _wait.SetResult(true);
        }

        internal override void Stop()
        {
            user.Loop.Disarm(this);
            user.End(this);
            _wait.SetResult(true);
        }

        public void GetResult(short token) => _wait.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _wait.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _wait.OnCompleted(continuation, state, token, user.Loop);
    }
}
