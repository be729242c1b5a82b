namespace LoadTool.Sockets;

/// <summary>
/// Loops, a network and a clock on one thread: loops take turns, in the order they were made, until none has anything to do; then the clock jumps to the
/// next moment that anything waits for. The same seed and the same work give the same run, to the nanosecond and to the byte.
/// </summary>
/// <remarks>Work that leaves the loops (the thread pool, <c>Task.Delay</c>, <c>HttpClient</c>) takes real time, of which nothing here knows: it is found out and refused.</remarks>
internal sealed class SimulatedWorld
{
    /// <summary>Turns at one moment after which it is held for the last: work that goes on without waiting for anything.</summary>
    private const int MaxTurnsAtOnce = 1_000_000;

    /// <summary>What to do about work that leaves the loops.</summary>
    internal const string WaitInside = "Await sockets, user.Delay and user.Pace only: Task.Delay, Task.Run, HttpClient, files and threads take real time";

    private readonly List<SimulatedLoop> _loops = [];
    private readonly SimulatedLoop _home;
    private readonly string _subject;
    private int _thread = Environment.CurrentManagedThreadId;
    private int _turnsAtOnce;
    private volatile bool _isLeft;
    private bool _isRunning;

    /// <param name="seed">Of all its chance: the network's, and the keys of handshakes and masks.</param>
    /// <param name="subject">What is simulated, for messages.</param>
    internal SimulatedWorld(long seed, string subject)
    {
        _subject = subject;
        Network = new SimulatedNetwork(unchecked((ulong)seed));
        _home = AddLoop("home");
    }

    internal SimulatedClock Clock { get; } = new();

    internal SimulatedNetwork Network { get; }

    internal SimulatedLoop AddLoop(string name)
    {
        SimulatedLoop loop = new(this, name);
        _loops.Add(loop);
        return loop;
    }

    /// <summary>Runs work to its end, on the calling thread. Its awaits come back to a loop of the world.</summary>
    /// <exception cref="InvalidOperationException">The work waits for something outside of the simulation, or never waits at all.</exception>
    internal T Run<T>(Func<Task<T>> work)
    {
        _thread = Environment.CurrentManagedThreadId;
        _isRunning = true;

        // The caller's would send what ends between the loops' turns to its own threads.
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Task<T>? result = null;
            Task run = _home.RunAsync(() => result = work());
            while (!run.IsCompleted)
                TakeTurns();
            run.GetAwaiter().GetResult();
            return result!.Result;
        }
        finally
        {
            _isRunning = false;
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Work was posted to a loop; from any thread.</summary>
    internal void OnPosted()
    {
        if (_isRunning && Environment.CurrentManagedThreadId != _thread)
            _isLeft = true;
    }

    /// <summary>One turn for each loop that has something to do, or a jump of the clock.</summary>
    private void TakeTurns()
    {
        if (_isLeft)
            throw Mistake("something was awaited outside of the simulation, and came back on another thread", WaitInside);
        long now = Clock.GetTimestamp();
        long next = long.MaxValue;
        for (int index = 0; index < _loops.Count; index++)
        {
            // By index: a turn may add a loop.
            SimulatedLoop loop = _loops[index];
            if (loop.DueAt <= now)
            {
                loop.Turn();
                next = long.MinValue;
            }

            next = Math.Min(next, loop.DueAt);
        }

        // What a run does between its loops sees all that happened up to its moment.
        if (next > now && Clock.NextDueAt > now)
            MoveOn(Math.Min(next, Clock.NextDueAt));
        else if (++_turnsAtOnce > MaxTurnsAtOnce)
            throw Mistake("time stands still, because something runs again and again without ever waiting", "Let it await user.Delay, user.Pace or a socket");
        else if (next > now)
            Clock.FireNext();
    }

    private void MoveOn(long moment)
    {
        if (moment == long.MaxValue)
            throw Mistake("nothing is left to do, and yet it has not ended: it awaits something outside of the simulation", WaitInside);
        _turnsAtOnce = 0;
        Clock.AdvanceTo(moment);
    }

    /// <summary>The error of whoever wrote what is simulated.</summary>
    internal InvalidOperationException Mistake(string what, string remedy) => new($"Simulating {_subject}: {what}. {remedy}.");
}
