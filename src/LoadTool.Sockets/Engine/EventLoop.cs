using System.Net;
using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>
/// One engine thread that owns its sockets, timers and whatever runs on it. Nothing of a loop is touched from
/// outside: others reach it only through <see cref="Post(SendOrPostCallback, object?)"/>.
/// </summary>
/// <remarks>
/// An <c>async</c> method started on a loop stays on it: awaiting a socket of the loop resumes inline, and any other await
/// comes back through the loop's <see cref="SynchronizationContext"/>. Code on a loop must not block: everything on it waits.
/// </remarks>
public abstract class EventLoop : IDisposable
{
    /// <summary>Bytes of the shared receive buffer, and so the most that one read takes: the size past which bigger reads gained nothing.</summary>
    internal const int ReceiveBufferBytes = 64 * 1024;

    /// <summary>Nanoseconds that one piece of work on the loop may take before it is told: everything else on the loop waited as long.</summary>
    internal const long LongStretch = 20_000_000;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long IsInside = -1;

    [ThreadStatic]
    private static EventLoop? _current;

    private static readonly Lazy<EventLoop> SharedLoop = new(StartShared);

    /// <summary>Idle send operations kept for reuse: as many as waited at once in a bad moment, but no more than this.</summary>
    private const int MaxIdleSends = 1024;

    private readonly PostQueue _posted = new();
    private readonly Stack<SendOperation> _idleSends = new();
    private readonly TimerHeap _timers = new();
    private readonly LoopSynchronizationContext _context;
    private readonly TimeProvider _clock;
    private readonly long _nanosecondsPerTick;
    private readonly Thread _thread;
    private IPEndPoint? _lastRemote;
    private uint _lastSocketId;
    private uint _socketIdStep = 1;
    private Protocol.DeflatePool? _deflatePool;
    private IPAddress? _lastLocal;
    private bool _stopping;

    // 1 while the loop waits or is about to. Rule: the loop sets it before its last look at the queue; a producer pushes first,
    // then exchanges it to 0 and wakes the loop if it was 1. Both sides are full barriers, so one of them always sees the other.
    private int _asleep;

    private long _stampedAt;
    private bool _isActing;

    private protected EventLoop(TimeProvider clock, string name, MaskKeySource? maskKeys = null)
    {
        _clock = clock;
        MaskKeys = maskKeys ?? new MaskKeySource();
        _nanosecondsPerTick = Math.Max(1, NanosecondsPerSecond / clock.TimestampFrequency);
        _context = new LoopSynchronizationContext(this);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>The loop whose thread this is, or null on any other thread.</summary>
    public static EventLoop? Current => _current;

    /// <summary>A loop for sockets made outside any loop: started when first needed, ended with the process.</summary>
    public static EventLoop Shared => SharedLoop.Value;

    /// <summary>The engine this system runs best: <see cref="EngineKind.Epoll"/> on Linux, else <see cref="EngineKind.Portable"/>.</summary>
    public static EngineKind DefaultEngine => OperatingSystem.IsLinux() ? EngineKind.Epoll : EngineKind.Portable;

    /// <summary>True on this loop's own thread.</summary>
    public bool IsCurrent => ReferenceEquals(_current, this);

    /// <summary>An exception escaped from work on the loop. The loop goes on; without a handler the exception is only counted.</summary>
    public event Action<Exception>? UnhandledException;

    /// <summary>Exceptions that escaped from work on the loop.</summary>
    public long UnhandledExceptions { get; private set; }

    /// <summary>The current moment in nanoseconds of the injected clock; only differences mean something.</summary>
    public long Now => _clock.GetTimestamp() * _nanosecondsPerTick;

    /// <summary>The last moment that <see cref="Stamp"/> read: costs nothing. On the loop's thread.</summary>
    internal long StampedAt => _stampedAt;

    /// <summary>
    /// Whose code runs on the loop, for those that ask who kept it: taken along by what is awaited on the loop and back again as that ends. Null
    /// when nobody is known, which is so after an await of something foreign and in handlers of events.
    /// </summary>
    internal object? Actor { get; set; }

    /// <summary>Managed bytes allocated between <see cref="BeginActing"/> and <see cref="EndActing"/>. Written on the loop's thread.</summary>
    internal long ActorBytes;

    /// <summary>Told of each stretch without a look at the clock that took <see cref="LongStretch"/> or more: from when, to when, whose. On the loop's thread.</summary>
    internal Action<long, long, object?>? Stretched { get; set; }

    /// <summary>The same clock's wall-clock time.</summary>
    internal DateTimeOffset UtcNow => _clock.GetUtcNow();

    /// <summary>What brings awaiting code back to the loop.</summary>
    internal SynchronizationContext Context => _context;

    /// <summary>True lets sockets of this loop accept any server certificate: for test servers with certificates of their own.</summary>
    internal bool AcceptsAnyServerCertificate { get; set; }

    /// <summary>Set on every socket of this loop as it connects. Set before the first.</summary>
    internal SocketOverrides SocketOverrides { get; set; } = SocketOverrides.None;

    /// <summary>Whom to tell of clients' connections; null tells nobody. Set before the first, or on the loop's thread.</summary>
    internal IConnectionObserver? ConnectionObserver { get; set; }

    /// <summary>Awaited before any socket of this loop connects, when set: a run that limits how fast its users connect waits here.</summary>
    internal Func<CancellationToken, ValueTask>? BeforeConnect { get; set; }

    internal LoopCounters Counters { get; } = new();

    /// <summary>The loop's random numbers: mask keys and handshake keys. Used on the loop's thread only.</summary>
    internal MaskKeySource MaskKeys { get; }

    /// <summary>Room to build one outgoing frame; contents last until the next send on this loop.</summary>
    internal byte[] SendBuffer { get; } = GC.AllocateUninitializedArray<byte>(ReceiveBufferBytes, pinned: true);

    /// <summary>Where every read of this loop lands first.</summary>
    internal byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(ReceiveBufferBytes, pinned: true);

    /// <summary>Where every read of a TLS session lands, decrypted; made with the loop's first such session.</summary>
    internal byte[] PlainBuffer => field ??= GC.AllocateUninitializedArray<byte>(ReceiveBufferBytes, pinned: true);

    /// <summary>The loop's idle compressors; made with its first socket that compresses.</summary>
    internal Protocol.DeflatePool DeflatePool => _deflatePool ??= new();

    /// <summary>True on the shared loop: handlers of events then run on the thread pool, so that a blocking one delays no other socket.</summary>
    internal bool RaisesEventsOnPool { get; private init; }

    /// <summary>False where the collector's time must decide nothing: then a forgotten socket stays open until its loop ends.</summary>
    internal virtual bool EndsForgottenSockets => true;

    /// <summary>False on a network that carries no TLS.</summary>
    internal virtual bool HasTls => true;

    /// <summary>How what ends on the loop goes on elsewhere: through the thread pool, so that it never runs on the loop.</summary>
    internal virtual TaskCreationOptions Elsewhere => TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Makes a loop; <see cref="Start"/> runs it.</summary>
    /// <param name="kind">The implementation.</param>
    /// <param name="clock">The clock of every timestamp and timer on the loop.</param>
    /// <param name="name">The thread's name.</param>
    /// <exception cref="PlatformNotSupportedException"><paramref name="kind"/> is epoll and this is not Linux.</exception>
    public static EventLoop Create(EngineKind kind, TimeProvider clock, string name) => Create(kind, clock, name, raisesEventsOnPool: false);

    /// <summary>Starts the loop's thread.</summary>
    public void Start() => Begin();

    /// <summary>Sets up what belongs to the loop's thread: once, or where several loops share a thread before each turn.</summary>
    internal virtual void PrepareThread(Action prepare) => Post(_ => prepare(), null);

    /// <summary>Runs a callback on the loop, soon. From any thread.</summary>
    /// <param name="callback">What to run; must not block.</param>
    /// <param name="state">Its argument.</param>
    public void Post(SendOrPostCallback callback, object? state) => Post(new PostedCallback(callback, state));

    /// <summary>Runs an async method on the loop and tells its end. From any thread.</summary>
    /// <param name="work">Started on the loop; its continuations stay there.</param>
    public Task RunAsync(Func<Task> work)
    {
        TaskCompletionSource done = new(Elsewhere);
        Post(async _ =>
        {
            Task ended = StartAsync(work);
            await ended.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);

            // As it ended: a cancelled task stays cancelled, with its own exception.
            done.SetFromTask(ended);
        }, null);
        return done.Task;
    }

    /// <summary>Ends the loop in order: what was posted before runs, its connections are closed, its thread ends.</summary>
    public void Dispose()
    {
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            if (!_stopping)
                OnStopped();
            _stopping = true;
        }
        else
        {
            Post(static state => ((EventLoop)state!)._stopping = true, this);
            if (!IsCurrent && _thread.IsAlive)
                _thread.Join();
        }

        GC.SuppressFinalize(this);
    }

    internal virtual void Post(LoopItem item)
    {
        _posted.Push(item);
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
            Wake();
    }

    /// <summary>
    /// The current moment, like <see cref="Now"/>, and a look at how long the thread has been away since the last such look. Every boundary
    /// between two pieces of work is stamped, so that a long stretch is one piece's. On the loop's thread.
    /// </summary>
    internal long Stamp()
    {
        long now = Now;
        if (now - _stampedAt >= LongStretch)
            Stretched?.Invoke(_stampedAt, now, Actor);
        _stampedAt = now;
        return now;
    }

    /// <summary>Stamps the end of one piece of work; the next is nobody's until it is known whose.</summary>
    internal long StampNext()
    {
        long now = Stamp();
        (Actor, _isActing) = (null, false);
        return now;
    }

    /// <summary>Code that is not the engine's runs from here to <see cref="EndActing"/>; inside other such code it is a part of that.</summary>
    /// <param name="actor">Whose, if that is known.</param>
    /// <returns>What to pass to <see cref="EndActing"/>.</returns>
    internal long BeginActing(object? actor)
    {
        Actor = actor;
        if (_isActing)
            return IsInside;
        _isActing = true;
        return GC.GetAllocatedBytesForCurrentThread();
    }

    /// <param name="before">What <see cref="BeginActing"/> returned.</param>
    /// <param name="outer">Whose code ran before; what follows the outermost, up to the next stamp, still belongs to that piece of work.</param>
    internal void EndActing(long before, object? outer)
    {
        if (before == IsInside)
        {
            Actor = outer ?? Actor;
            return;
        }

        _isActing = false;
        ActorBytes += GC.GetAllocatedBytesForCurrentThread() - before;
    }

    internal void Arm(LoopTimer timer, long dueAt) => _timers.Arm(timer, dueAt);

    internal void Disarm(LoopTimer timer) => _timers.Disarm(timer);

    internal SendOperation RentSend() => _idleSends.TryPop(out SendOperation? operation) ? operation : new SendOperation(this);

    internal void Return(SendOperation operation)
    {
        if (_idleSends.Count < MaxIdleSends)
            _idleSends.Push(operation);
    }

    /// <summary>Numbers the sockets of several loops apart, without a word between them; before the first socket connects.</summary>
    /// <param name="index">Index of this loop among them.</param>
    /// <param name="count">How many they are.</param>
    internal void NumberSockets(int index, int count) => (_lastSocketId, _socketIdStep) = (unchecked((uint)(index + 1 - count)), (uint)count);

    internal uint TakeSocketId() => _lastSocketId = unchecked(_lastSocketId + _socketIdStep);

    /// <summary>One object for all that follow one another with the same: each socket keeps it.</summary>
    internal IPEndPoint OneOf(IPEndPoint remote) => remote.Equals(_lastRemote) ? _lastRemote : _lastRemote = remote;

    /// <inheritdoc cref="OneOf(IPEndPoint)"/>
    internal IPAddress OneOf(IPAddress local) => local.Equals(_lastLocal) ? _lastLocal : _lastLocal = local;

    /// <summary>Begins to connect. A connection that cannot even begin tells its handler so, from the loop's next turn.</summary>
    internal abstract Connection Connect(IPEndPoint remote, ConnectionOptions options, IConnectionHandler handler);

    /// <exception cref="SocketException">The address is in use or not of this machine.</exception>
    internal abstract Listener Listen(IPEndPoint local, IListenerHandler handler);

    /// <summary>Asks for the addresses of a name.</summary>
    /// <exception cref="SocketException">There are none.</exception>
    /// <exception cref="ArgumentException">Longer than a name can be.</exception>
    internal virtual Task<IPAddress[]> ResolveAsync(string host) => Dns.GetHostAddressesAsync(host);

    /// <summary>Breaks every connection of the loop (<see cref="SocketError.OperationAborted"/>): their owners are told, and whoever awaits them.</summary>
    internal abstract void BreakConnections();

    /// <summary>Begins to run: on a thread of its own, but for a loop whose turns somebody else takes.</summary>
    private protected virtual void Begin() => _thread.Start();

    /// <summary>When there is something to do: now if work was posted, else with the next timer; <see cref="long.MaxValue"/> for never.</summary>
    private protected long NextTurnAt => _posted.IsEmpty ? _timers.NextDueAt : long.MinValue;

    /// <summary>Does all there is to do now, on the calling thread, which is the loop's own meanwhile.</summary>
    private protected void TakeTurn()
    {
        (EventLoop? outer, SynchronizationContext? outerContext) = (_current, SynchronizationContext.Current);
        _current = this;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            Woke();
            RunPosted();
            RunDueTimers();
        }
        finally
        {
            _current = outer;
            SynchronizationContext.SetSynchronizationContext(outerContext);
        }
    }

    /// <summary>Waits until something is ready, the time is over or <see cref="Wake"/> was called; then handles what is ready.</summary>
    /// <param name="nanoseconds">At most this long; 0 only looks; <see cref="long.MaxValue"/> waits for ever.</param>
    private protected abstract void Poll(long nanoseconds);

    /// <summary>To be called by <see cref="Poll"/> between its wait and what it handles: time spent waiting is nobody's.</summary>
    private protected void Woke() => _stampedAt = Now;

    /// <summary>Ends a wait of <see cref="Poll"/>. From any thread.</summary>
    private protected abstract void Wake();

    /// <summary>First call on the loop's thread.</summary>
    private protected abstract void OnStarted();

    /// <summary>Last call on the loop's thread: closes every connection and listener, and frees what the loop holds.</summary>
    private protected abstract void OnStopped();

    /// <summary>Turns an exception that comes before the first await into a failed task.</summary>
    private static async Task StartAsync(Func<Task> work) => await work();

    private protected void ReportUnhandled(Exception error)
    {
        UnhandledExceptions++;
        try
        {
            UnhandledException?.Invoke(error);
        }
        catch (Exception)
        {
            // The handler's own: told to nobody but the count, or it would end the loop and with it the process.
            UnhandledExceptions++;
        }
    }

    private static EventLoop Create(EngineKind kind, TimeProvider clock, string name, bool raisesEventsOnPool)
    {
        if (kind == EngineKind.Epoll && !OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("The epoll engine needs Linux; use the portable one.");
        return kind == EngineKind.Epoll
            ? new EpollLoop(clock, name) { RaisesEventsOnPool = raisesEventsOnPool }
            : new PortableLoop(clock, name) { RaisesEventsOnPool = raisesEventsOnPool };
    }

    private static EventLoop StartShared()
    {
        EventLoop loop = Create(DefaultEngine, TimeProvider.System, "sockets", raisesEventsOnPool: true);
        loop.Start();
        return loop;
    }

    private void Run()
    {
        _current = this;
        SynchronizationContext.SetSynchronizationContext(_context);
        OnStarted();
        Woke();
        while (!_stopping)
        {
            RunPosted();
            RunDueTimers();
            PollOnce();
        }

        RunPosted();
        OnStopped();
        _deflatePool?.Dispose();
        _current = null;
    }

    private void PollOnce()
    {
        long dueAt = _timers.NextDueAt;

        // Stamped just now, after the last timer.
        long wait = dueAt == long.MaxValue ? long.MaxValue : Math.Max(0, dueAt - _stampedAt);
        if (wait > 0)
        {
            // Set before the emptiness check: a producer that pushes in between sees 1 and wakes us again.
            Interlocked.Exchange(ref _asleep, 1);
            if (!_posted.IsEmpty || _stopping)
                wait = 0;
        }

        try
        {
            Poll(wait);
        }
        catch (Exception error)
        {
            ReportUnhandled(error);
        }

        Volatile.Write(ref _asleep, 0);
    }

    private void RunPosted()
    {
        LoopItem? item = _posted.TakeAll();
        while (item is not null)
        {
            // Read first: an item may be posted again by its own run.
            LoopItem? next = item.Next;
            try
            {
                item.Run();
            }
            catch (Exception error)
            {
                ReportUnhandled(error);
            }

            StampNext();
            item = next;
        }
    }

    private void RunDueTimers()
    {
        if (_timers.Count == 0)
            return;
        long now = StampNext();

        // No more than stood here at the start: a timer that arms itself for "now" must not keep the sockets waiting.
        for (int left = _timers.Count; left > 0 && _timers.TryTakeDue(now, out LoopTimer timer, out long dueAt); left--)
        {
            try
            {
                timer.Fire(dueAt);
            }
            catch (Exception error)
            {
                ReportUnhandled(error);
            }

            StampNext();
        }
    }
}
