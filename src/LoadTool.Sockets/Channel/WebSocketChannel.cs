using System.Buffers;
using System.Net.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>
/// One end of one WebSocket after its handshake, client or server: frames over a <see cref="Connection"/>. Reads them into
/// messages, answers pings, and keeps the order of what is sent. Lives on its loop's thread. It is its own timer: of the phase under way, or while
/// it is open of the next heartbeat.
/// </summary>
internal abstract class WebSocketChannel : LoopTimer, IConnectionHandler
{
    /// <summary>A write not wholly handed to TCP, or a frame that began to arrive and stalled (Windows documents: 30 s).</summary>
    internal static readonly TimeSpan DefaultStallLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the peer's Close frame, and for the end of TCP after it (WinHTTP's close timer).</summary>
    internal static readonly TimeSpan DefaultCloseLimit = TimeSpan.FromSeconds(10);

    /// <summary>Pongs wait behind data that the peer does not read; past this many bytes the oldest pings go unanswered (RFC 6455, 5.5.3 allows it).</summary>
    private const int PendingBytesForPong = 64 * 1024;

    private const int FirstAssemblyBytes = 4 * 1024;

    private readonly bool _isClient;
    private FrameReader _reader;
    private byte[]? _assembly;
    private int _assembled;
    private SendOperation? _firstSend;
    private SendOperation? _lastSend;
    private byte[]? _pongAfterFrame;
    private byte[]? _closeAfterFrame;
    private StallTimer? _receiveTimer;
    private bool _isPaused;

    private protected WebSocketChannel(EventLoop loop, bool isClient)
    {
        Loop = loop;
        _isClient = isClient;
        _reader = new FrameReader(expectMasked: !isClient, allowedReservedBits: 0);
    }

    internal EventLoop Loop { get; }

    internal Connection? Connection { get; private protected set; }

    internal ChannelState State { get; private protected set; }

    internal TimeSpan StallLimit { get; set; } = DefaultStallLimit;

    internal TimeSpan CloseLimit { get; set; } = DefaultCloseLimit;

    /// <summary>Largest message taken, in bytes; a larger one ends the channel with close code 1009.</summary>
    internal long MaxMessageBytes
    {
        get;

        // A message is gathered in one array, whatever else is allowed.
        set => field = Math.Min(value, Array.MaxLength);
    } = Array.MaxLength;

    /// <summary>True hands messages out in pieces as they arrive, and gathers nothing.</summary>
    internal bool DeliversPieces { get; set; }

    /// <summary>True while messages are still wanted from the peer.</summary>
    private bool IsReading => State is ChannelState.Open or ChannelState.CloseSent;

    /// <summary>Keeps the owner from the collector until <see cref="LetGo"/>: somebody awaits it, and may refer to nothing else. Calls nest.</summary>
    internal virtual void Hold()
    {
    }

    internal virtual void LetGo()
    {
    }

    // Receiving

    void IConnectionHandler.OnConnected() => OnConnected();

    void IConnectionHandler.OnReceived(Memory<byte> bytes, long receivedAt)
    {
        if (State == ChannelState.Upgrading)
            bytes = OnHandshakeBytes(bytes);
        if (IsReading && bytes.Length > 0)
            ReadFrames(bytes, receivedAt);
    }

    void IConnectionHandler.OnEnd() => OnEnd();

    void IConnectionHandler.OnFailed(SocketError error) => OnTransportFailed(error);

    /// <summary>TCP is established (client side).</summary>
    private protected abstract void OnConnected();

    /// <summary>Bytes of the handshake; returns what follows it, once it is complete.</summary>
    private protected abstract Memory<byte> OnHandshakeBytes(Memory<byte> bytes);

    /// <summary>A whole message.</summary>
    /// <param name="payload">Valid until this returns, unless it lies in <paramref name="rented"/>.</param>
    /// <param name="opcode">Text or binary.</param>
    /// <param name="receivedAt">When the read that completed it returned.</param>
    /// <param name="rented">The pooled array that holds the payload, now the callee's, or null when the payload lies in the loop's buffer.</param>
    private protected abstract void OnMessage(Memory<byte> payload, Opcode opcode, long receivedAt, byte[]? rented);

    /// <summary>What has arrived of a message; only when <see cref="DeliversPieces"/>.</summary>
    /// <param name="piece">Valid until this returns.</param>
    /// <param name="opcode">Text or binary.</param>
    /// <param name="endsMessage">True with the last piece of its message.</param>
    /// <param name="receivedAt">When the read returned.</param>
    private protected virtual void OnPiece(Memory<byte> piece, Opcode opcode, bool endsMessage, long receivedAt) =>
        throw new NotSupportedException("This end takes whole messages.");

    private protected abstract void OnPong(ReadOnlySpan<byte> payload);

    /// <summary>The peer's Close frame arrived; the answer has been sent.</summary>
    private protected abstract void OnPeerClosed(ushort code, string reason);

    /// <summary>The channel is unusable from now on; called once, with the first cause.</summary>
    private protected abstract void OnBroken(Exception cause);

    private protected virtual void OnEnd()
    {
        if (State is ChannelState.Closing or ChannelState.CloseSent)
            Finish();
        else
            Break(Failures.ConnectionAborted(ConnectionPhase.Open));
    }

    private protected virtual void OnTransportFailed(SocketError error)
    {
        if (State is ChannelState.Closing or ChannelState.CloseSent)
            Finish();
        else
            Break(CauseOf(ConnectionPhase.Open, error));
    }

    private protected WebSocketTransportException CauseOf(ConnectionPhase phase, SocketError error) =>
        Connection is TlsConnection { IsBroken: true } ? Failures.TlsBroken(phase) : Failures.FromSocketError(phase, error);

    private void ReadFrames(Memory<byte> bytes, long receivedAt)
    {
        try
        {
            Span<byte> source = bytes.Span;
            while (IsReading)
            {
                FrameEvent read = _reader.Read(ref source, out Span<byte> payload);
                if (read == FrameEvent.NeedMore)
                    break;
                if (read == FrameEvent.Data)
                {
                    // The payload ends where the rest begins.
                    int start = bytes.Length - source.Length - payload.Length;
                    OnData(bytes.Slice(start, payload.Length), receivedAt);
                }
                else
                {
                    OnControl(read, payload);
                }
            }

            WatchForStall();
        }
        catch (FrameException violation)
        {
            Break(Failures.ProtocolViolation(violation), violation.CloseCode);
        }
    }

    private void OnData(Memory<byte> piece, long receivedAt)
    {
        long length = _assembled + (long)piece.Length;

        // Without a limit pieces may add up to any length, for they are not gathered.
        if (length > MaxMessageBytes && !(DeliversPieces && MaxMessageBytes == Array.MaxLength))
        {
            Break(Failures.MessageTooBig(), CloseCodes.MessageTooBig);
            return;
        }

        Opcode opcode = _reader.MessageOpcode;
        if (DeliversPieces)
        {
            bool endsMessage = _reader.EndsMessage;
            _assembled = endsMessage ? 0 : (int)Math.Min(length, Array.MaxLength);
            Loop.Counters.MessagesReceived += endsMessage ? 1 : 0;
            OnPiece(piece, opcode, endsMessage, receivedAt);
            return;
        }

        if (_reader.IsFirst && _reader.EndsMessage)
        {
            Loop.Counters.MessagesReceived++;
            OnMessage(piece, opcode, receivedAt, rented: null);
            return;
        }

        Append(piece.Span);
        if (!_reader.EndsMessage)
            return;
        byte[] whole = _assembly!;
        (_assembly, _assembled) = (null, 0);
        Loop.Counters.MessagesReceived++;
        OnMessage(whole.AsMemory(0, (int)length), opcode, receivedAt, whole);
    }

    /// <summary>Grows with the bytes that came, never with a length that a header merely claims.</summary>
    private void Append(ReadOnlySpan<byte> piece)
    {
        int needed = _assembled + piece.Length;
        if (_assembly is null)
        {
            _assembly = ArrayPool<byte>.Shared.Rent(Math.Max(FirstAssemblyBytes, needed));
        }
        else if (_assembly.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, _assembly.Length * 2L)));
            _assembly.AsSpan(0, _assembled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_assembly);
            _assembly = larger;
        }

        piece.CopyTo(_assembly.AsSpan(_assembled));
        _assembled = needed;
    }

    private void OnControl(FrameEvent read, Span<byte> payload)
    {
        switch (read)
        {
            case FrameEvent.Ping when State == ChannelState.Open:
                SendPong(payload);
                break;
            case FrameEvent.Pong:
                OnPong(payload);
                break;
            case FrameEvent.Close:
                (ushort code, string reason) = CloseFrame.Read(payload);
                OnCloseFrame(code, reason, payload);
                break;
        }
    }

    private void OnCloseFrame(ushort code, string reason, ReadOnlySpan<byte> payload)
    {
        Loop.Counters.CountCloseFrame(code);
        bool answer = State == ChannelState.Open;
        State = ChannelState.Closing;
        if (answer)
            SendCloseFrame(payload);

        // The owner first: code that awaits a send runs inside FailSends and must find the channel closed.
        OnPeerClosed(code, reason);
        FailSends(Failures.ConnectionAborted(ConnectionPhase.Close, code));
    }

    /// <summary>Reads no more until <see cref="ResumeReceiving"/>; a frame under way then waits for us, not for the peer.</summary>
    internal void PauseReceiving()
    {
        _isPaused = true;
        Connection?.PauseReceiving();
        WatchForStall();
    }

    internal void ResumeReceiving()
    {
        _isPaused = false;
        Connection?.ResumeReceiving();
        WatchForStall();
    }

    private void WatchForStall()
    {
        if (_reader.IsInsideFrame && IsReading && !_isPaused)
        {
            _receiveTimer ??= new StallTimer(this);
            Loop.Arm(_receiveTimer, Loop.Now + (long)StallLimit.TotalNanoseconds);
        }
        else if (_receiveTimer is not null)
        {
            Loop.Disarm(_receiveTimer);
        }
    }

    // Sending

    /// <summary>Sends one data frame.</summary>
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
        Connection connection = Connection!;
        if (_firstSend is not null || connection.PendingBytes > 0 || payload.Length > Loop.SendBuffer.Length - FrameHeader.MaxHeaderBytes)
            return Enqueue(opcode, isFinal, payload);
        int length = WriteFrame(Loop.SendBuffer, opcode, isFinal, payload.Span);
        SocketError error = connection.Send(Loop.SendBuffer.AsSpan(0, length));
        if (error == SocketError.Success)
            return ValueTask.CompletedTask;
        if (error == SocketError.WouldBlock)
            return AwaitDrain(opcode, isFinal, payload);
        Exception cause = CauseOf(ConnectionPhase.Open, error);
        Break(cause);
        return ValueTask.FromException(cause);
    }

    /// <summary>Sends one message out of bytes that do not outlive the call; what the system does not take is copied.</summary>
    private protected void SendNow(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        Loop.Counters.MessagesSent++;
        Span<byte> buffer = Loop.SendBuffer;
        uint? key = _isClient ? Loop.MaskKeys.Next() : null;
        int used = FrameHeader.Write(buffer, isFinal: true, reservedBits: 0, opcode, key, payload.Length);
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
                if (!Give(operation))
                    return;
                continue;
            }

            _firstSend = operation.Next;
            if (_firstSend is null)
                _lastSend = null;
            else
                ArmLimit(_firstSend);
            SendWhatWaited();
            operation.Complete(error: null);
        }

        if (_firstSend is null && Connection is { IsClosed: false, PendingBytes: 0 })
            OnDrained();
    }

    /// <summary>Nothing waits to be sent any more.</summary>
    private protected virtual void OnDrained()
    {
    }

    internal void OnSendTimedOut() => Break(Failures.Timeout(ConnectionPhase.Open));

    private int WriteFrame(Span<byte> destination, Opcode opcode, bool isFinal, ReadOnlySpan<byte> payload)
    {
        uint? key = _isClient ? Loop.MaskKeys.Next() : null;
        int header = FrameHeader.Write(destination, isFinal, reservedBits: 0, opcode, key, payload.Length);
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

    private ValueTask AwaitDrain(Opcode opcode, bool isFinal, ReadOnlyMemory<byte> payload)
    {
        SendOperation operation = Loop.RentSend();
        ValueTask done = operation.Begin(this, opcode, isFinal, payload);
        operation.Given = payload.Length;
        Append(operation);
        return done;
    }

    private ValueTask Enqueue(Opcode opcode, bool isFinal, ReadOnlyMemory<byte> payload)
    {
        SendOperation operation = Loop.RentSend();
        ValueTask done = operation.Begin(this, opcode, isFinal, payload);
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
        int used = 0;
        if (operation.Given < 0)
        {
            operation.MaskKey = _isClient ? Loop.MaskKeys.Next() : null;
            used = FrameHeader.Write(buffer, operation.IsFinal, reservedBits: 0, operation.Opcode, operation.MaskKey, operation.Payload.Length);
            operation.Given = 0;
        }

        ReadOnlySpan<byte> piece = operation.Payload.Span[operation.Given..];
        piece = piece[..Math.Min(piece.Length, buffer.Length - used)];
        CopyPayload(piece, buffer[used..], operation.MaskKey, operation.Given);
        operation.Given += piece.Length;

        // Every piece that leaves is progress: the limit is for a peer that takes nothing.
        ArmLimit(operation);
        SocketError error = Connection!.Send(buffer[..(used + piece.Length)]);
        if (error is SocketError.Success)
            return true;
        if (error is not SocketError.WouldBlock)
            Break(CauseOf(ConnectionPhase.Open, error));
        return false;
    }

    private void SendPong(ReadOnlySpan<byte> payload)
    {
        if (Connection!.PendingBytes <= PendingBytesForPong)
            SendControl(Opcode.Pong, payload);
    }

    /// <summary>A control frame stands between frames, never inside one: while a message is under way in pieces it waits for the frame's end.</summary>
    private void SendControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (_firstSend is { Given: >= 0, IsAllGiven: false })
        {
            if (opcode == Opcode.Pong)
                _pongAfterFrame = payload.ToArray();
            else if (opcode == Opcode.Close)
                _closeAfterFrame = payload.ToArray();
            return;
        }

        Span<byte> frame = stackalloc byte[FrameHeader.MaxHeaderBytes + FrameHeader.MaxControlPayloadBytes];
        int length = WriteFrame(frame, opcode, isFinal: true, payload);
        SocketError error = Connection!.Send(frame[..length]);
        if (error is not (SocketError.Success or SocketError.WouldBlock) && State == ChannelState.Open)
            Break(CauseOf(ConnectionPhase.Open, error));
    }

    private void SendCloseFrame(ReadOnlySpan<byte> payload) => SendControl(Opcode.Close, payload);

    private void SendWhatWaited()
    {
        if (_pongAfterFrame is { } pong)
        {
            _pongAfterFrame = null;
            SendControl(Opcode.Pong, pong);
        }

        if (_closeAfterFrame is { } close)
        {
            _closeAfterFrame = null;
            SendControl(Opcode.Close, close);
        }
    }

    /// <summary>Ends the sends that have not begun; one in the middle of its frame goes on, or the peer could not find our Close frame.</summary>
    private void FailSends(Exception cause)
    {
        SendOperation? operation = _firstSend;
        if (operation is { Given: >= 0 })
        {
            SendOperation inFlight = operation;
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

    // Ending

    /// <summary>The first failure ends everything; later ones are its echoes.</summary>
    /// <param name="cause">What the owner is told.</param>
    /// <param name="closeCode">The close code that tells the peer why (RFC 6455, 7.1.7), or 0 when nothing can be told.</param>
    private protected void Break(Exception cause, ushort closeCode = 0)
    {
        if (State is ChannelState.Broken or ChannelState.Finished)
            return;
        bool wasOpen = State == ChannelState.Open;
        State = ChannelState.Broken;
        if (closeCode != 0 && wasOpen)
        {
            Span<byte> payload = stackalloc byte[2];
            SendControl(Opcode.Close, payload[..CloseFrame.Write(payload, closeCode, "")]);
        }

        Release();
        SendOperation? unsent = _firstSend;
        (_firstSend, _lastSend) = (null, null);

        // The owner first: code that awaits a send runs inside Fail and must find the channel broken.
        OnBroken(cause);
        Fail(unsent, cause);
    }

    /// <summary>The orderly end: both Close frames have passed, or waiting for the peer's took too long.</summary>
    private protected void Finish(bool reset = false)
    {
        if (State is ChannelState.Broken or ChannelState.Finished)
            return;
        State = ChannelState.Finished;
        Release(reset);
        SendOperation? unsent = _firstSend;
        (_firstSend, _lastSend) = (null, null);
        OnFinished();
        Fail(unsent, Failures.AbortedLocally());
    }

    private protected virtual void OnFinished()
    {
    }

    /// <summary>A phase that is under way took longer than its limit.</summary>
    private protected abstract void OnLimit();

    /// <summary>The next unsolicited pong is due.</summary>
    private protected virtual void OnHeartbeat()
    {
    }

    internal sealed override void Fire(long dueAt)
    {
        if (State == ChannelState.Open)
            OnHeartbeat();
        else
            OnLimit();
    }

    private protected void StartLimit(TimeSpan limit) => Loop.Arm(this, Loop.Now + (long)limit.TotalNanoseconds);

    private protected void StopLimit() => Loop.Disarm(this);

    private void Release(bool reset = false)
    {
        StopLimit();
        if (_receiveTimer is not null)
            Loop.Disarm(_receiveTimer);
        Connection?.Close(reset);
        if (_assembly is not null)
            ArrayPool<byte>.Shared.Return(_assembly);
        (_assembly, _assembled) = (null, 0);
    }

    private sealed class StallTimer(WebSocketChannel channel) : LoopTimer
    {
        internal override void Fire(long dueAt) => channel.Break(Failures.Timeout(ConnectionPhase.Open));
    }
}
