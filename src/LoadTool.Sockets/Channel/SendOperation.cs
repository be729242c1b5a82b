using System.Buffers;
using System.Threading.Tasks.Sources;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>
/// A message that could not be handed to the system at once: the peer reads slower than we write, or the message is larger than
/// the loop's buffer or than its frames may be. Waits its turn in its channel's queue. Pooled by the loop; also the timer of its own limit.
/// </summary>
internal sealed class SendOperation(EventLoop loop) : LoopTimer, IValueTaskSource
{
    private LoopCompletion<bool> _completion;
    private FrameShape _shape;
    private ReadOnlyMemory<byte> _payload;
    private byte[]? _rented;

    // Places in the payload; the end is -1 before the first frame.
    private int _frameStart;
    private int _frameEnd;

    internal SendOperation? Next { get; set; }

    internal WebSocketChannel? Channel { get; private set; }

    /// <summary>The current frame's.</summary>
    internal uint? MaskKey { get; private set; }

    /// <summary>Payload bytes already given to the connection.</summary>
    internal int Given { get; set; }

    /// <summary>What to end with although all frames that were begun have left; null when all is well.</summary>
    internal Exception? Failure { get; private set; }

    internal bool HasBegun => _frameEnd >= 0;

    internal bool IsInsideFrame => Given < _frameEnd;

    internal bool IsAllGiven => HasBegun && Given == _payload.Length;

    internal ReadOnlySpan<byte> RestOfFrame => _payload.Span[Given.._frameEnd];

    internal int GivenOfFrame => Given - _frameStart;

    /// <param name="channel">Whose queue it waits in.</param>
    /// <param name="shape">How it is framed.</param>
    /// <param name="payload">Unchanged until the end.</param>
    /// <param name="rented">The pooled array under <paramref name="payload"/>, returned at the end, or null.</param>
    internal ValueTask Begin(WebSocketChannel channel, in FrameShape shape, ReadOnlyMemory<byte> payload, byte[]? rented)
    {
        (Channel, _shape, _payload, _rented) = (channel, shape, payload, rented);
        (Given, _frameStart, _frameEnd, Next, Failure) = (0, 0, -1, null, null);
        channel.Hold();
        return new ValueTask(this, _completion.Begin());
    }

    /// <summary>The connection holds everything, but the system does not.</summary>
    internal void SetAllGiven() => (Given, _frameEnd) = (_payload.Length, _payload.Length);

    /// <summary>Begins the next frame.</summary>
    /// <returns>The bytes of its header; 0 when the payload goes out as it is.</returns>
    internal int BeginFrame(Span<byte> destination, uint? maskKey)
    {
        if (_shape.IsRaw)
        {
            (_frameEnd, MaskKey) = (_payload.Length, null);
            return 0;
        }

        bool isFirst = !HasBegun;
        int length = Math.Min(_shape.FrameBytes, _payload.Length - Given);
        (_frameStart, _frameEnd, MaskKey) = (Given, Given + length, maskKey);
        return FrameHeader.Write(
            destination,
            isFinal: _shape.IsFinal && _frameEnd == _payload.Length,
            isFirst ? _shape.ReservedBits : 0,
            isFirst ? _shape.Opcode : Opcode.Continuation,
            maskKey,
            length);
    }

    /// <summary>Gives up the frames that have not begun.</summary>
    internal void EndAfterFrame(Exception cause)
    {
        if (_frameEnd == _payload.Length)
            return;
        _payload = _payload[.._frameEnd];
        Failure = cause;
    }

    internal void Complete(Exception? error)
    {
        loop.Disarm(this);
        Channel!.LetGo();
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        (Channel, _payload, _rented) = (null, default, null);
        if (error is null)
            _completion.SetResult(true);
        else
            _completion.SetException(error);
    }

    internal override void Fire(long dueAt) => Channel?.OnSendTimedOut();

    public void GetResult(short token)
    {
        // Outside the try: an operation that is awaited twice goes back to the pool once.
        _completion.RequireEnded(token);
        try
        {
            _completion.GetResult(token);
        }
        finally
        {
            loop.Return(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, loop);
}
