using System.Net;
using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>
/// The event loop of a simulated network: its connections are memory, and arrive as timers. In a <see cref="SimulatedWorld"/> its turns are taken by the
/// world's thread, on the world's clock; without one it runs like any other loop, on a thread of its own, with a network of its own.
/// </summary>
internal sealed class SimulatedLoop : EventLoop
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedWorld? _world;
    private readonly AutoResetEvent? _wake;
    private readonly List<SimulatedConnection> _open = [];
    private Action? _prepare;

    /// <summary>A loop of a world.</summary>
    internal SimulatedLoop(SimulatedWorld world, string name)
        : base(world.Clock, name, new MaskKeySource(world.Network.NewChance())) => (_world, _network) = (world, world.Network);

    /// <summary>A loop with a thread and a network of its own: nothing of either is shared with another loop.</summary>
    internal SimulatedLoop(TimeProvider clock, string name, SimulatedNetwork network)
        : base(clock, name, new MaskKeySource(network.NewChance())) => (_wake, _network) = (new AutoResetEvent(false), network);

    internal override bool EndsForgottenSockets => _world is null;

    internal override bool HasTls => false;

    internal override TaskCreationOptions Elsewhere => _world is null ? base.Elsewhere : TaskCreationOptions.None;

    /// <summary>When the world is to take a turn for this loop.</summary>
    internal long DueAt => NextTurnAt;

    internal void Turn()
    {
        _prepare?.Invoke();
        TakeTurn();
    }

    internal override void PrepareThread(Action prepare)
    {
        if (_world is null)
            base.PrepareThread(prepare);
        else
            _prepare = prepare;
    }

    internal override void Post(LoopItem item)
    {
        _world?.OnPosted();
        base.Post(item);
    }

    internal override Connection Connect(IPEndPoint remote, ConnectionOptions options, IConnectionHandler handler) => _network.Connect(this, remote, options, handler);

    internal override Listener Listen(IPEndPoint local, IListenerHandler handler) => _network.Listen(this, local, handler);

    internal override Task<IPAddress[]> ResolveAsync(string host) => Task.FromResult<IPAddress[]>([SimulatedNetwork.AddressOf(host)]);

    internal override void BreakConnections()
    {
        foreach (SimulatedConnection connection in _open.ToArray())
            connection.Fail(SocketError.OperationAborted);
    }

    internal void Add(SimulatedConnection connection)
    {
        connection.OpenIndex = _open.Count;
        _open.Add(connection);
    }

    internal void Remove(SimulatedConnection connection)
    {
        if (connection.OpenIndex < 0)
            return;
        SimulatedConnection last = _open[^1];
        _open[connection.OpenIndex] = last;
        last.OpenIndex = connection.OpenIndex;
        _open.RemoveAt(_open.Count - 1);
        connection.OpenIndex = -1;
    }

    private protected override void Begin()
    {
        // In a world there is no thread to start.
        if (_world is null)
            base.Begin();
    }

    private protected override void Poll(long nanoseconds)
    {
        // Rounded up: a wait that ends too early would spin until the timer is due.
        if (nanoseconds > 0)
            _wake!.WaitOne(nanoseconds == long.MaxValue ? Timeout.Infinite : (int)Math.Min(int.MaxValue, (nanoseconds + 999_999) / 1_000_000));
        Woke();
    }

    private protected override void Wake() => _wake!.Set();

    private protected override void OnStarted()
    {
    }

    private protected override void OnStopped()
    {
        foreach (SimulatedConnection connection in _open.ToArray())
            connection.Close();
        // _wake is left to the collector: a producer that comes late may still set it.
    }
}
