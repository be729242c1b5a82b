using System.Buffers.Binary;

namespace LoadTool.Sockets;

/// <summary>The pings of one channel that wait to be sent or answered, in their order. On its loop's thread.</summary>
internal sealed class PingWaits(EventLoop loop)
{
    internal const int PayloadBytes = sizeof(ulong);

    /// <summary>More in flight than this says nothing more about a round trip.</summary>
    internal const int MaxWaiting = 1024;

    private readonly List<Ping> _pings = [];

    // Counts on from a number of chance: a pong that a server makes up answers nothing.
    private ulong _lastId = (ulong)loop.MaskKeys.Next() << 32 | loop.MaskKeys.Next();
    private int _unsent;

    internal bool HasUnsent => _unsent > 0;

    internal bool IsEmpty => _pings.Count == 0;

    /// <summary>Adds one to be sent.</summary>
    internal Task<TimeSpan> AddAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromException<TimeSpan>(Failures.Cancelled(cancellationToken));
        if (_pings.Count == MaxWaiting)
            return Task.FromException<TimeSpan>(Failures.IllegalCall($"{MaxWaiting} pings wait for their answers; await some of them first."));
        Ping ping = new(++_lastId);
        _pings.Add(ping);
        _unsent++;
        if (cancellationToken.CanBeCanceled)
            ping.Cancellation = cancellationToken.UnsafeRegister((_, token) => loop.Post(_ => Cancel(ping, token), null), null);
        return ping.Task;
    }

    /// <summary>Takes the oldest that has not been sent; it is sent now.</summary>
    /// <param name="payload">Its payload.</param>
    /// <returns>False when there is none.</returns>
    internal bool TryBegin(Span<byte> payload)
    {
        if (_unsent == 0)
            return false;
        Ping ping = _pings[^_unsent--];
        ping.SentAt = loop.Now;
        BinaryPrimitives.WriteUInt64BigEndian(payload, ping.Id);
        return true;
    }

    /// <summary>A pong answers its ping, and the ones sent before it: a peer may answer the latest only (RFC 6455, section 5.5.3).</summary>
    internal void OnPong(ReadOnlySpan<byte> payload, long receivedAt)
    {
        if (payload.Length != PayloadBytes)
            return;
        ulong id = BinaryPrimitives.ReadUInt64BigEndian(payload);
        int answered = 1 + _pings.FindIndex(0, _pings.Count - _unsent, ping => ping.Id == id);
        for (int index = 0; index < answered; index++)
            _pings[index].End(receivedAt);
        _pings.RemoveRange(0, answered);
    }

    internal void Fail(Exception cause)
    {
        foreach (Ping ping in _pings)
        {
            ping.Cancellation.Unregister();
            ping.TrySetException(cause);
        }

        _pings.Clear();
        _unsent = 0;
    }

    private void Cancel(Ping ping, CancellationToken token)
    {
        int index = _pings.IndexOf(ping);
        if (index < 0)
            return;
        if (index >= _pings.Count - _unsent)
            _unsent--;
        _pings.RemoveAt(index);
        ping.TrySetException(Failures.Cancelled(token));
    }

    /// <summary>Its awaiter runs later, so that it finds the channel as it is then.</summary>
    private sealed class Ping(ulong id) : TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal ulong Id => id;

        internal long SentAt { get; set; }

        internal CancellationTokenRegistration Cancellation { get; set; }

        internal void End(long receivedAt)
        {
            Cancellation.Unregister();
            TrySetResult(LoopTime.Span(receivedAt - SentAt));
        }
    }
}
