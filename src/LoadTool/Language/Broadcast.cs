using Windows.Networking.Sockets;

namespace LoadTool;

/// <summary>
/// Times messages that nobody asked for, from one sender to many receivers: how long until the first, the one in the middle and the last of them had it, and
/// what was lost, late, doubled or out of order. Made once, outside of the scenario's method. Senders send what <see cref="Message(VirtualUser, int)"/> makes, receivers
/// await <see cref="ReceiveAsync"/>, on whatever event loops; a server may wrap the message, as long as the marker in it stays.
/// </summary>
public sealed class Broadcast : Metric
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(5);

    private readonly LoopSlot<BroadcastCell> _cells;

    private Broadcast(string name, TimeSpan patience)
        : base(name, "") => _cells = new(loop =>
        {
            if (!ReferenceEquals(loop.Context.Shared((typeof(Broadcast), name), () => this), this))
                throw new InvalidOperationException($"Two broadcasts are named \"{name}\": results could not tell them apart.");
            return Enter(loop, new BroadcastCell(this, loop, patience.Ticks * TimeSpan.NanosecondsPerTick), "a broadcast");
        });

    /// <summary>Makes a broadcast.</summary>
    /// <param name="name">The name that results show.</param>
    /// <param name="patience">How long a delivery may take before it counts as lost, or as late when it comes after all; 5 s by default, at most an hour.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No patience, or too much.</exception>
    public static Broadcast Create([Names(NamesAttribute.Broadcast)] string name, TimeSpan? patience = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        TimeSpan time = patience ?? DefaultPatience;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(patience));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromHours(1), nameof(patience));
        return new Broadcast(name, time);
    }

    /// <summary>Makes the user's next message: a marker, then readable text. To be sent at once, and before the user's next message is made: that takes the same buffer.</summary>
    /// <param name="user">Who sends it. Receivers that are there now are expected to get it.</param>
    /// <param name="bytes">The size in bytes; at least <see cref="LatencyMarker.Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Smaller than a marker, or more than <see cref="PayloadGenerator.MaxBytes"/>.</exception>
    public ReadOnlyMemory<byte> Message(VirtualUser user, int bytes = LatencyMarker.Length) => Message(user, user.Loop.Now, bytes);

    /// <summary>As <see cref="Message(VirtualUser, int)"/>; latency counts from the moment the turn was due.</summary>
    /// <param name="user">Who sends it. Receivers that were there at that moment are expected to get it.</param>
    /// <param name="turn">The turn of <see cref="VirtualUser.Pace"/>.</param>
    /// <param name="bytes">The size in bytes; at least <see cref="LatencyMarker.Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Smaller than a marker, or more than <see cref="PayloadGenerator.MaxBytes"/>.</exception>
    public ReadOnlyMemory<byte> Message(VirtualUser user, Turn turn, int bytes = LatencyMarker.Length) => Message(user, turn.DueAt, bytes);

    /// <summary>A receiver from now on: receives on a socket, and counts what bears a marker, until the user is to stop and all that was sent before has come or is lost.</summary>
    /// <param name="user">The receiver.</param>
    /// <param name="socket">A socket that is connected, and subscribed where the server wants that; made by this user or on its event loop. Nothing else receives from it meanwhile.</param>
    /// <exception cref="InvalidOperationException">The socket lives on another event loop.</exception>
    /// <exception cref="LoadTool.Sockets.WebSocketTransportException">The connection broke or was closed.</exception>
    public Task ReceiveAsync(VirtualUser user, MessageWebSocket socket) => ReferenceEquals(socket.Loop, user.Loop)
        ? new BroadcastListener(user, socket, CellOf(user.Share.RunLoop)).RunAsync()
        : throw new InvalidOperationException("A broadcast's socket lives on its user's event loop: make it in the scenario, or with ClientPool.FillAsync.");

    internal BroadcastCell CellOf(RunLoop loop) => _cells.Of(loop);

    private Memory<byte> Message(VirtualUser user, long sentAt, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, LatencyMarker.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, PayloadGenerator.MaxBytes);
        Memory<byte> message = user.Extras.Buffer(bytes).AsMemory(0, bytes);
        user.Extras.Messages++;
        CellOf(user.Share.RunLoop).Announce(user, sentAt).Write(message.Span);
        FilledPayload.FillText(message.Span[LatencyMarker.Length..]);
        return message;
    }
}
