using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <content>Sending: frames out, in their order.</content>
internal abstract partial class WebSocketChannel
{
    /// <summary>Pongs wait behind data that the peer does not read; past this many bytes the oldest pings go unanswered (RFC 6455, 5.5.3 allows it).</summary>
    private const int PendingBytesForPong = 64 * 1024;

    private SendOperation? _firstSend;
    private SendOperation? _lastSend;

    /// <summary>Sends one data frame, or the frames that tuning makes of it.</summary>
    /// <param name="opcode">Text, binary, or continuation.</param>
    /// <param name="isFinal">False when frames of the same message follow.</param>
    /// <param name="payload">Unchanged by the caller until the task ends.</param>
    /// <returns>Ends when the system has taken the whole frame.</returns>
    internal ValueTask SendAsync(Opcode opcode, bool isFinal, ReadOnlyMemory<byte> payload)
    {
        if (State != ChannelState.Open)
            return ValueTask.FromException(Failures.ConnectionAborted(ConnectionPhase.Open));
        if (isFinal)
            Loop.Counters.MessagesSent++;
        if (_extras is not null)
            return SendTuned(_extras, opcode, isFinal, payload);
        Connection connection = Connection!;
        if (_firstSend is not null || connection.PendingBytes > 0 || payload.Length > Loop.SendBuffer.Length - FrameHeader.MaxHeaderBytes)
            return Enqueue(new FrameShape(opcode, isFinal), payload, rented: null);
        int length = WriteFrame(Loop.SendBuffer, opcode, isFinal, payload.Span);
        SocketError error = connection.Send(Loop.SendBuffer.AsSpan(0, length));
        return error == SocketError.Success ? ValueTask.CompletedTask : NotAtOnce(error, new FrameShape(opcode, isFinal), payload, rented: null);
    }

    private ValueTask SendTuned(ChannelExtras extras, Opcode opcode, bool isFinal, ReadOnlyMemory<byte> payload)
    {
        FrameShape shape = new(opcode, isFinal, FrameBytes: extras.FrameBytes);
        if (extras.Compression is not { } compression || !compression.Takes(opcode, extras.CompressesMessages))
            return Send(shape, payload, rented: null);

        // Compressed when sent, not when its turn comes: what waits keeps its order, and the order is the context's.
        byte[] compressed = compression.Deflate(payload.Span, endsMessage: isFinal, out int length);
        shape = shape with { ReservedBits = opcode == Opcode.Continuation ? 0 : MessageCompression.ReservedBit };
        return Send(shape, compressed.AsMemory(0, length), compressed);
    }

    /// <summary>As <see cref="SendAsync"/> does for most channels, which need not know of shapes: that is worth 2 ns a message.</summary>
    /// <param name="shape">How it is framed.</param>
    /// <param name="payload">What stands in the frames.</param>
    /// <param name="rented">The pooled array under <paramref name="payload"/>, now ours, or null.</param>
    private ValueTask Send(in FrameShape shape, ReadOnlyMemory<byte> payload, byte[]? rented)
    {
        Connection connection = Connection!;
        int mostAtOnce = Math.Min(shape.FrameBytes, Loop.SendBuffer.Length - FrameHeader.MaxHeaderBytes);
        if (_firstSend is not null || connection.PendingBytes > 0 || payload.Length > mostAtOnce || shape.IsRaw)
            return Enqueue(shape, payload, rented);
        int length = WriteFrame(Loop.SendBuffer, shape.Opcode, shape.IsFinal, payload.Span, shape.ReservedBits);
        SocketError error = connection.Send(Loop.SendBuffer.AsSpan(0, length));
        if (error != SocketError.Success)
            return NotAtOnce(error, shape, payload, rented);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return ValueTask.CompletedTask;
    }

    /// <summary>The system did not take a whole message: it will, or the connection is broken.</summary>
    private ValueTask NotAtOnce(SocketError error, in FrameShape shape, ReadOnlyMemory<byte> payload, byte[]? rented)
    {
        if (error == SocketError.WouldBlock)
            return AwaitDrain(shape, payload, rented);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        Exception cause = CauseOf(ConnectionPhase.Open, error);
        Break(cause);
        return ValueTask.FromException(cause);
    }

    /// <summary>Sends bytes that are frames already, whatever they are, when their turn comes.</summary>
    internal ValueTask SendRawAsync(ReadOnlyMemory<byte> bytes) => State == ChannelState.Open
        ? Send(new FrameShape(Opcode.Binary, IsFinal: true, IsRaw: true), bytes, rented: null)
        : ValueTask.FromException(Failures.ConnectionAborted(ConnectionPhase.Open));

    /// <summary>Sends one message out of bytes that do not outlive the call; what the system does not take is copied.</summary>
    private protected void SendNow(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        Loop.Counters.MessagesSent++;
        if (Compression is not { } compression)
        {
            SendFrameNow(opcode, reservedBits: 0, payload);
            return;
        }

        byte[] compressed = compression.Deflate(payload, endsMessage: true, out int length);
        SendFrameNow(opcode, MessageCompression.ReservedBit, compressed.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(compressed);
    }

    private void SendFrameNow(Opcode opcode, int reservedBits, ReadOnlySpan<byte> payload)
    {
        Span<byte> buffer = Loop.SendBuffer;
        uint? key = _isClient ? Loop.MaskKeys.Next() : null;
        int used = FrameHeader.Write(buffer, isFinal: true, reservedBits, opcode, key, payload.Length);
        int given = 0;
        do
        {
            ReadOnlySpan<byte> piece = payload.Slice(given, Math.Min(payload.Length - given, buffer.Length - used));
            CopyPayload(piece, buffer[used..], key, given);
            SocketError error = Connection!.Send(buffer[..(used + piece.Length)]);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                Break(CauseOf(ConnectionPhase.Open, error));
                return;
            }

            given += piece.Length;
            used = 0;
        }
        while (given < payload.Length);
    }

    /// <summary>Sends a pong that nobody asked for, unless bytes are on their way anyway.</summary>
    internal void SendUnsolicitedPong()
    {
        if (State == ChannelState.Open && _firstSend is null && Connection!.PendingBytes == 0)
            SendControl(Opcode.Pong, []);
    }

    /// <summary>Sends a Close frame and waits, up to a limit, for the peer's.</summary>
    internal void SendClose(ushort code, string reason, Exception unsent)
    {
        _extras?.Pings?.Fail(Failures.AbortedLocally());
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayloadBytes];
        int length = CloseFrame.Write(payload, code, reason);
        State = ChannelState.CloseSent;
        SendCloseFrame(payload[..length]);
        FailSends(unsent);
    }

    void IConnectionHandler.OnSendDrained()
    {
        // What a completed send's awaiter sends in turn may be waiting again: then it is not drained any more.
        while (_firstSend is { } operation && Connection is { IsClosed: false, PendingBytes: 0 })
        {
            if (!operation.IsAllGiven)
            {
                // Between the frames of one message is room for control frames.
                bool hasYielded = !operation.IsInsideFrame && SendWhatWaited();
                if (!hasYielded && !Give(operation))
                    return;
                continue;
            }

            _firstSend = operation.Next;
            if (_firstSend is null)
                _lastSend = null;
            else
                ArmLimit(_firstSend);
            SendWhatWaited();
            operation.Complete(operation.Failure);
        }

        if (_firstSend is null && Connection is { IsClosed: false, PendingBytes: 0 })
            OnDrained();
    }

    /// <summary>Nothing waits to be sent any more.</summary>
    private protected virtual void OnDrained()
    {
    }

    internal void OnSendTimedOut() => Break(Failures.Timeout(ConnectionPhase.Open));

    private int WriteFrame(Span<byte> destination, Opcode opcode, bool isFinal, ReadOnlySpan<byte> payload, int reservedBits = 0)
    {
        uint? key = _isClient ? Loop.MaskKeys.Next() : null;
        int header = FrameHeader.Write(destination, isFinal, reservedBits, opcode, key, payload.Length);
        CopyPayload(payload, destination[header..], key, offset: 0);
        return header + payload.Length;
    }

    private static void CopyPayload(ReadOnlySpan<byte> piece, Span<byte> destination, uint? maskKey, int offset)
    {
        if (maskKey is { } key)
            Masking.Copy(piece, destination, key, offset);
        else
            piece.CopyTo(destination);
    }

    private ValueTask AwaitDrain(in FrameShape shape, ReadOnlyMemory<byte> payload, byte[]? rented)
    {
        SendOperation operation = Loop.RentSend();
        ValueTask done = operation.Begin(this, shape, payload, rented);
        operation.SetAllGiven();
        Append(operation);
        return done;
    }

    private ValueTask Enqueue(in FrameShape shape, ReadOnlyMemory<byte> payload, byte[]? rented)
    {
        SendOperation operation = Loop.RentSend();
        ValueTask done = operation.Begin(this, shape, payload, rented);
        Append(operation);
        if (ReferenceEquals(_firstSend, operation) && Connection!.PendingBytes == 0)
            ((IConnectionHandler)this).OnSendDrained();
        return done;
    }

    private void Append(SendOperation operation)
    {
        // The limit of one that waits behind others begins when its turn comes.
        if (_lastSend is null)
        {
            _firstSend = operation;
            ArmLimit(operation);
        }
        else
        {
            _lastSend.Next = operation;
        }

        _lastSend = operation;
    }

    private void ArmLimit(SendOperation operation) => Loop.Arm(operation, Loop.Now + (long)StallLimit.TotalNanoseconds);

    /// <summary>Gives the connection the next piece of a message, as much as the loop's buffer holds.</summary>
    /// <returns>False when the connection did not take it all: it will report when it has.</returns>
    private bool Give(SendOperation operation)
    {
        Span<byte> buffer = Loop.SendBuffer;
        int used = Fill(buffer, operation);

        // Every piece that leaves is progress: the limit is for a peer that takes nothing.
        ArmLimit(operation);
        SocketError error = Connection!.Send(buffer[..used]);
        if (error is SocketError.Success)
            return true;
        if (error is not SocketError.WouldBlock)
            Break(CauseOf(ConnectionPhase.Open, error));
        return false;
    }

    /// <summary>Writes as many frames as there is room for; the last may be cut.</summary>
    private int Fill(Span<byte> buffer, SendOperation operation)
    {
        int used = 0;
        do
        {
            if (!operation.IsInsideFrame)
                used += operation.BeginFrame(buffer[used..], _isClient ? Loop.MaskKeys.Next() : null);
            ReadOnlySpan<byte> piece = operation.RestOfFrame;
            piece = piece[..Math.Min(piece.Length, buffer.Length - used)];
            CopyPayload(piece, buffer[used..], operation.MaskKey, operation.GivenOfFrame);
            operation.Given += piece.Length;
            used += piece.Length;
        }
        while (!operation.IsAllGiven && !HasControlWaiting && buffer.Length - used > FrameHeader.MaxHeaderBytes);
        return used;
    }

    /// <summary>Sends a ping.</summary>
    /// <returns>The round trip: from handing the ping to the system to reading its pong. Fails when the channel closes or breaks first.</returns>
    internal Task<TimeSpan> PingAsync(CancellationToken cancellationToken)
    {
        if (State != ChannelState.Open)
            return Task.FromException<TimeSpan>(Failures.ConnectionAborted(ConnectionPhase.Open));
        Task<TimeSpan> answered = (Extras.Pings ??= new PingWaits(Loop)).AddAsync(cancellationToken);
        if (_firstSend is not { IsInsideFrame: true })
            SendPings();
        return answered;
    }

    private void SendPings()
    {
        Span<byte> payload = stackalloc byte[PingWaits.PayloadBytes];
        while (_extras?.Pings is { } pings && pings.TryBegin(payload))
            SendControl(Opcode.Ping, payload);
    }

    private void SendPong(ReadOnlySpan<byte> payload)
    {
        if (Connection!.PendingBytes <= PendingBytesForPong)
            SendControl(Opcode.Pong, payload);
    }

    /// <summary>A control frame stands between frames, never inside one: while a message is under way in pieces it waits for the frame's end.</summary>
    private void SendControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (_firstSend is { IsInsideFrame: true })
        {
            if (opcode == Opcode.Pong)
                Extras.PongAfterFrame = payload.ToArray();
            else if (opcode == Opcode.Close)
                Extras.CloseAfterFrame = payload.ToArray();
            return;
        }

        Span<byte> frame = stackalloc byte[FrameHeader.MaxHeaderBytes + FrameHeader.MaxControlPayloadBytes];
        int length = WriteFrame(frame, opcode, isFinal: true, payload);
        SocketError error = Connection!.Send(frame[..length]);
        if (opcode == Opcode.Close && error is SocketError.Success or SocketError.WouldBlock)
            Loop.Counters.CountCloseFrameSent(payload.Length < 2 ? CloseCodes.Empty : BinaryPrimitives.ReadUInt16BigEndian(payload));
        if (error is not (SocketError.Success or SocketError.WouldBlock) && State == ChannelState.Open)
            Break(CauseOf(ConnectionPhase.Open, error));
    }

    /// <summary>True when a control frame waits for the end of the frame under way.</summary>
    private bool HasControlWaiting => _extras is { PongAfterFrame: not null } or { CloseAfterFrame: not null } or { Pings.HasUnsent: true };

    private void SendCloseFrame(ReadOnlySpan<byte> payload) => SendControl(Opcode.Close, payload);

    /// <returns>False when nothing waited.</returns>
    private bool SendWhatWaited()
    {
        if (!HasControlWaiting)
            return false;
        ChannelExtras extras = _extras!;
        (byte[]? pong, byte[]? close) = (extras.PongAfterFrame, extras.CloseAfterFrame);
        (extras.PongAfterFrame, extras.CloseAfterFrame) = (null, null);
        SendPings();
        if (pong is not null)
            SendControl(Opcode.Pong, pong);
        if (close is not null)
            SendControl(Opcode.Close, close);
        return true;
    }

    /// <summary>Ends the sends that have not begun; one that has begun goes on to the end of its frame, or the peer could not find our Close frame.</summary>
    private void FailSends(Exception cause)
    {
        SendOperation? operation = _firstSend;
        if (operation is { HasBegun: true })
        {
            SendOperation inFlight = operation;
            inFlight.EndAfterFrame(cause);
            operation = inFlight.Next;
            inFlight.Next = null;
            _lastSend = inFlight;
        }
        else
        {
            (_firstSend, _lastSend) = (null, null);
        }

        Fail(operation, cause);
    }

    private static void Fail(SendOperation? operation, Exception cause)
    {
        while (operation is not null)
        {
            SendOperation? next = operation.Next;
            operation.Complete(cause);
            operation = next;
        }
    }
}
