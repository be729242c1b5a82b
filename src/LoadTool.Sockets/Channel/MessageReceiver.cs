using System.Buffers;
using System.Threading.Tasks.Sources;
using Windows.Networking.Sockets;

namespace LoadTool.Sockets;

/// <summary>
/// The awaitable way to receive. A message that someone waits for is handed over where it lies, in the loop's buffer, and is copied
/// only if it is still wanted when the awaiting code gives the loop back; one that nobody waits for is copied into the inbox.
/// </summary>
internal sealed class MessageReceiver(MessageWebSocket socket) : IValueTaskSource<ReceivedMessage>
{
    /// <summary>Bytes that may wait unread; past it the socket stops reading and TCP holds the peer back.</summary>
    internal const int MaxInboxBytes = 1024 * 1024;

    private LoopCompletion<Delivery> _wait;
    private Rarities? _rarities;
    private Memory<byte> _current;
    private byte[]? _currentRented;
    private int _version;
    private bool _isHeld;

    private EventLoop Loop => socket.Loop;

    private bool IsAwaited => _wait.IsWaiting || _rarities?.OutsideWait is not null;

    private Rarities Own => _rarities ??= new Rarities();

    /// <summary>The bytes of the message handed out last.</summary>
    internal ReadOnlySpan<byte> BytesOf(int version) => version == _version && _isHeld
        ? _current.Span
        : throw new InvalidOperationException("This message's bytes were given back by the next ReceiveAsync (or by Dispose); copy what is to outlive it.");

    internal ValueTask<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (!Loop.IsCurrent)
            return new ValueTask<ReceivedMessage>(ReceiveFromOutsideAsync(cancellationToken));
        if (IsAwaited)
            return ValueTask.FromException<ReceivedMessage>(Failures.IllegalCall("One ReceiveAsync at a time: await the first before the next."));
        Release();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromException<ReceivedMessage>(Failures.Cancelled(cancellationToken));
        if (TryTake(out ReceivedMessage message))
            return new ValueTask<ReceivedMessage>(message);
        if (socket.WhyNoMessageComes() is { } failure)
            return ValueTask.FromException<ReceivedMessage>(failure);
        short token = _wait.Begin();
        socket.Channel!.Hold();
        if (cancellationToken.CanBeCanceled)
            CancelOn(cancellationToken);
        return new ValueTask<ReceivedMessage>(this, token);
    }

    /// <summary>A message has come.</summary>
    /// <param name="payload">The bytes, in the loop's buffer unless <paramref name="rented"/> holds them.</param>
    /// <param name="type">Text or binary.</param>
    /// <param name="receivedAt">When the read returned.</param>
    /// <param name="rented">The pooled array under <paramref name="payload"/>, or null.</param>
    internal void Deliver(Memory<byte> payload, SocketMessageType type, long receivedAt, byte[]? rented)
    {
        if (_wait.IsWaiting)
        {
            Delivery delivery = Hold(payload, type, receivedAt, rented);
            EndWait();
            _wait.SetResult(delivery);
            if (_isHeld && delivery.Version == _version && _currentRented is null)
                (_current, _currentRented) = Copy(_current);
            return;
        }

        if (rented is null)
            (payload, rented) = Copy(payload);
        Rarities own = Own;
        if (own.OutsideWait is { } outside)
        {
            own.OutsideWait = null;
            EndWait();
            outside.SetResult(MessageOf(Hold(payload, type, receivedAt, rented)));
            return;
        }

        (own.Inbox ??= new Queue<Letter>()).Enqueue(new Letter(payload, type, receivedAt, rented));
        own.InboxBytes += payload.Length + Letter.OverheadBytes;
        if (own.InboxBytes > MaxInboxBytes && !own.IsPaused)
        {
            own.IsPaused = true;
            socket.Channel!.PauseReceiving();
        }
    }

    /// <summary>No message will come any more; what waits in the inbox can still be taken.</summary>
    internal void Fail(Exception failure)
    {
        if (!IsAwaited)
            return;
        EndWait();
        if (_wait.IsWaiting)
            _wait.SetException(failure);
        if (_rarities?.OutsideWait is not { } outside)
            return;
        _rarities.OutsideWait = null;
        outside.TrySetException(failure);
    }

    /// <summary>Gives all buffers back.</summary>
    internal void Clear()
    {
        Release();
        if (_rarities is not { Inbox: { } inbox } own)
            return;
        while (inbox.TryDequeue(out Letter letter))
            ArrayPool<byte>.Shared.Return(letter.Rented);
        own.InboxBytes = 0;
    }

    ReceivedMessage IValueTaskSource<ReceivedMessage>.GetResult(short token) => MessageOf(_wait.GetResult(token));

    ValueTaskSourceStatus IValueTaskSource<ReceivedMessage>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<ReceivedMessage>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, Loop);

    private void EndWait()
    {
        _rarities?.Cancellation.Unregister();
        socket.Channel!.LetGo();
    }

    private bool TryTake(out ReceivedMessage message)
    {
        if (_rarities is not { Inbox: { } inbox } own || !inbox.TryDequeue(out Letter letter))
        {
            message = default;
            return false;
        }

        own.InboxBytes -= letter.Payload.Length + Letter.OverheadBytes;
        if (own.IsPaused && own.InboxBytes <= MaxInboxBytes / 2)
        {
            own.IsPaused = false;
            socket.Channel!.ResumeReceiving();
        }

        message = MessageOf(Hold(letter.Payload, letter.Type, letter.ReceivedAt, letter.Rented));
        return true;
    }

    private Delivery Hold(Memory<byte> payload, SocketMessageType type, long receivedAt, byte[]? rented)
    {
        (_current, _currentRented, _isHeld) = (payload, rented, true);
        return new Delivery(++_version, payload.Length, receivedAt, type);
    }

    private ReceivedMessage MessageOf(in Delivery delivery) => new(this, delivery.Version, delivery.Type, delivery.Length, delivery.ReceivedAt);

    private void Release()
    {
        if (_currentRented is not null)
            ArrayPool<byte>.Shared.Return(_currentRented);
        (_current, _currentRented, _isHeld) = (default, null, false);
    }

    private static (Memory<byte> Payload, byte[] Rented) Copy(Memory<byte> payload)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.Span.CopyTo(rented);
        return (rented.AsMemory(0, payload.Length), rented);
    }

    private Task<ReceivedMessage> ReceiveFromOutsideAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<ReceivedMessage> wait = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(_ =>
        {
            if (IsAwaited)
            {
                wait.SetException(Failures.IllegalCall("One ReceiveAsync at a time: await the first before the next."));
                return;
            }

            Release();
            if (cancellationToken.IsCancellationRequested)
                wait.SetException(Failures.Cancelled(cancellationToken));
            else if (TryTake(out ReceivedMessage message))
                wait.SetResult(message);
            else if (socket.WhyNoMessageComes() is { } failure)
                wait.SetException(failure);
            else
                WaitOutside(wait, cancellationToken);
        }, null);
        return wait.Task;
    }

    private void WaitOutside(TaskCompletionSource<ReceivedMessage> wait, CancellationToken cancellationToken)
    {
        Own.OutsideWait = wait;
        socket.Channel!.Hold();
        if (cancellationToken.CanBeCanceled)
            CancelOn(cancellationToken);
    }

    /// <summary>The token fires on any thread; the wait it meant may be over by the time the loop hears of it, so it is named by its version.</summary>
    private void CancelOn(CancellationToken cancellationToken)
    {
        int version = _version;
        TaskCompletionSource<ReceivedMessage>? outside = Own.OutsideWait;
        Own.Cancellation = cancellationToken.UnsafeRegister((_, token) => Loop.Post(_ => Cancel(version, outside, token), null), null);
    }

    private void Cancel(int version, TaskCompletionSource<ReceivedMessage>? outside, CancellationToken token)
    {
        if (version == _version && ReferenceEquals(outside, Own.OutsideWait))
            Fail(Failures.Cancelled(token));
    }

    /// <summary>A message that was handed over: its number, and what is known of it but not where, which is here.</summary>
    private readonly record struct Delivery(int Version, int Length, long ReceivedAt, SocketMessageType Type);

    /// <summary>What a receiver has only when it is not simply awaited on its loop before each message comes: made when first needed.</summary>
    private sealed class Rarities
    {
        internal TaskCompletionSource<ReceivedMessage>? OutsideWait { get; set; }

        internal CancellationTokenRegistration Cancellation { get; set; }

        /// <summary>Messages that nobody waited for.</summary>
        internal Queue<Letter>? Inbox { get; set; }

        internal int InboxBytes { get; set; }

        internal bool IsPaused { get; set; }
    }

    private readonly record struct Letter(Memory<byte> Payload, SocketMessageType Type, long ReceivedAt, byte[] Rented)
    {
        /// <summary>What a message costs beside its bytes, so that empty ones are bounded too.</summary>
        internal const int OverheadBytes = 64;
    }
}
