using System.Threading.Tasks.Sources;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>One independent actor that runs a scenario. Lives on one event loop: sockets it makes live there too, and what it awaits resumes there.</summary>
public sealed class VirtualUser
{
    private readonly ScenarioShare _share;
    private UserWait? _waits;
    private FailedStep? _failedSteps;
    private long _iterationDueAt;
    private bool _isFirstStep;
    private bool _retired;

    internal VirtualUser(ScenarioShare share, int number)
    {
        _share = share;
        Number = number;
    }

    /// <summary>Index of this user in its scenario, from 0.</summary>
    public int Number { get; }

    /// <summary>Count of this user's iterations, the current one included.</summary>
    public long InvocationNumber { get; private set; }

    /// <summary>The target under load: <c>--target</c>, or the server that the run started itself.</summary>
    public Uri Target => _share.Context.Target;

    /// <summary>Values given with <c>--env NAME=VALUE</c>.</summary>
    public IReadOnlyDictionary<string, string> Env => _share.Context.Environment;

    /// <summary>Random numbers of this user: the same on each run with the same seed.</summary>
    public Random Random => field ??= new Random(unchecked((int)SplitMix.Hash(_share.Context.Seed, Number)));

    /// <summary>True when the user is to come to an end: loops in a scenario ask this before another round.</summary>
    public bool Stopping => _retired || _share.IsStopping;

    /// <summary>Cancelled when the run's load has ended, for awaits that would not end by themselves.</summary>
    public CancellationToken CancellationToken => _share.Context.Stopping;

    internal EventLoop Loop => _share.Loop;

    internal ScenarioShare Share => _share;

    /// <summary>Links of the lists of running and of idle users.</summary>
    internal VirtualUser? Next { get; set; }

    /// <summary>True when a step of the current iteration was counted as failed.</summary>
    internal bool HasFailedStep { get; set; }

    /// <summary>A fraction of 1 that belongs to this user and the run's seed; costs no generator.</summary>
    internal double Phase => (SplitMix.Hash(_share.Context.Seed, Number) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Turns at an even rate for <c>await foreach</c>; latency of a step begun with a turn counts from the moment it was due.</summary>
    /// <param name="perSecond">Turns per second of this one user; more than 0.</param>
    /// <returns>The turns; they end when the user is to stop.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not more than 0.</exception>
    public Pace Pace(double perSecond) => new(this, perSecond);

    /// <summary>Waits on the event loop, more exactly than <c>Task.Delay</c>; less long when the user is to stop.</summary>
    /// <param name="time">How long.</param>
    public ValueTask Delay(TimeSpan time) => new DelayWait(this).Begin(time);

    /// <summary>Writes a line to the run's log.</summary>
    /// <param name="message">The line.</param>
    public void Log(string message) => _share.Context.Log($"{_share.Scenario.Name}/{Number}: {message}");

    internal void Retire()
    {
        _retired = true;
        StopWaits();
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

    internal void BeginIteration(long dueAt)
    {
        InvocationNumber++;
        _iterationDueAt = dueAt;
        _isFirstStep = true;
        HasFailedStep = false;
    }

    /// <summary>When the step that begins now was intended to: the first one with its iteration, a later one when the script reaches it.</summary>
    internal long TakeIntendedAt(long now)
    {
        bool first = _isFirstStep;
        _isFirstStep = false;
        return first ? _iterationDueAt : now;
    }

    /// <summary>A step ended without being marked; the exception that ends the iteration tells why.</summary>
    internal void AddFailedStep(StepRecorder step) => _failedSteps = new FailedStep(step, _failedSteps);

    /// <summary>Counts the steps that ended without being marked.</summary>
    internal void CountFailedSteps(Outcome outcome)
    {
        for (; _failedSteps is { } failed; _failedSteps = failed.Next)
        {
            HasFailedStep = true;
            _share.CountFailure(failed.Step, outcome);
        }
    }

    private sealed record FailedStep(StepRecorder Step, FailedStep? Next);

    private sealed class DelayWait(VirtualUser user) : UserWait, IValueTaskSource
    {
        private LoopCompletion<bool> _wait;

        internal ValueTask Begin(TimeSpan time)
        {
            if (time <= TimeSpan.Zero || user.Stopping)
                return ValueTask.CompletedTask;
            short token = _wait.Begin();
            user.Begin(this);
            user.Loop.Arm(this, user.Loop.Now + (long)time.TotalNanoseconds);
            return new ValueTask(this, token);
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
