using System.Threading.Tasks.Sources;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>
/// A message that could not be handed to the system at once: the peer reads slower than we write, or the message is larger than
/// the loop's buffer. Waits its turn in its channel's queue. Pooled by the loop; also the timer of its own limit.
/// </summary>
internal sealed class SendOperation(EventLoop loop) : LoopTimer, IValueTaskSource
{
    private LoopCompletion<bool> _completion;

    internal SendOperation? Next { get; set; }

    internal WebSocketChannel? Channel { get; private set; }

    internal Opcode Opcode { get; private set; }

    internal bool IsFinal { get; private set; }

    internal ReadOnlyMemory<byte> Payload { get; private set; }

    internal uint? MaskKey { get; set; }

    /// <summary>Payload bytes already given to the connection; -1 before the header is.</summary>
    internal int Given { get; set; }

    internal bool IsAllGiven => Given == Payload.Length;

    internal ValueTask Begin(WebSocketChannel channel, Opcode opcode, bool isFinal, ReadOnlyMemory<byte> payload)
    {
        (Channel, Opcode, IsFinal, Payload, Given, Next) = (channel, opcode, isFinal, payload, -1, null);
        channel.Hold();
        return new ValueTask(this, _completion.Begin());
    }

    internal void Complete(Exception? error)
    {
        loop.Disarm(this);
        Channel!.LetGo();
        (Channel, Payload) = (null, default);
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
