using System.Buffers;
using System.Net.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>
/// One end of one WebSocket after its handshake, client or server: frames over a <see cref="Connection"/>. Reads them into
/// messages, answers pings, and keeps the order of what is sent. Lives on its loop's thread. It is its own timer: of the phase under way, or while
/// it is open of the next heartbeat.
/// </summary>
internal abstract partial class WebSocketChannel : LoopTimer, IConnectionHandler
{
    /// <summary>A write not wholly handed to TCP, or a frame that began to arrive and stalled (Windows documents: 30 s).</summary>
    internal static readonly TimeSpan DefaultStallLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the peer's Close frame, and for the end of TCP after it (WinHTTP's close timer).</summary>
    internal static readonly TimeSpan DefaultCloseLimit = TimeSpan.FromSeconds(10);

    private const int FirstAssemblyBytes = 4 * 1024;

    private readonly bool _isClient;
    private FrameReader _reader;
    private byte[]? _assembly;
    private int _assembled;
    private ChannelExtras? _extras;
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

    private TimeSpan StallLimit => _extras?.StallLimit ?? DefaultStallLimit;

    private protected TimeSpan CloseLimit => _extras?.CloseLimit ?? DefaultCloseLimit;

    /// <summary>Largest message taken, in bytes; a larger one ends the channel with close code 1009.</summary>
    internal long MaxMessageBytes
    {
        get;

        // A message is gathered in one array, whatever else is allowed.
        set => field = Math.Min(value, Array.MaxLength);
    } = Array.MaxLength;

    /// <summary>True hands messages out in pieces as they arrive, and gathers nothing.</summary>
    internal bool DeliversPieces { get; set; }

    /// <summary>What this channel has beyond most; made when first asked for.</summary>
    internal ChannelExtras Extras => _extras ??= new ChannelExtras();

    /// <summary>Null for a channel that is like most.</summary>
    internal ChannelExtras? ExtrasIfAny => _extras;

    /// <summary>What compresses and inflates; null when permessage-deflate was not agreed on.</summary>
    internal MessageCompression? Compression => _extras?.Compression;

    /// <summary>True while messages are still wanted from the peer.</summary>
    private bool IsReading => State is ChannelState.Open or ChannelState.CloseSent;

    /// <summary>The owner's number; 0 for an end that has none.</summary>
    private protected virtual uint SocketId => 0;

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
                {
                    RefuseClaim();
                    break;
                }

                if (read == FrameEvent.Data)
                {
                    // The payload ends where the rest begins.
                    int start = bytes.Length - source.Length - payload.Length;
                    OnData(bytes.Slice(start, payload.Length), receivedAt);
                }
                else
                {
                    OnControl(read, payload, receivedAt);
                }
            }

            if (_extras is not null)
                HoldReceiving(bytes.Length);
            WatchForStall();
        }
        catch (FrameException violation)
        {
            Break(Failures.ProtocolViolation(violation), violation.CloseCode);
        }
    }

    /// <summary>The handshake agreed on permessage-deflate; before the first frame.</summary>
    private protected void UseDeflate(in DeflateOptions agreed)
    {
        Extras.Compression = new MessageCompression(Loop, agreed, _isClient, Math.Min(MaxMessageBytes, Extras.MaxInflatedBytes));
        _reader = new FrameReader(expectMasked: !_isClient, MessageCompression.ReservedBit);
    }

    private void OnData(Memory<byte> piece, long receivedAt)
    {
        if (_reader.MessageReservedBits != 0)
        {
            OnCompressed(piece.Span, receivedAt);
            return;
        }

        if (IsOverLimit(piece.Length + _reader.FrameBytesLeft))
        {
            Break(Failures.MessageTooBig(), CloseCodes.MessageTooBig);
            return;
        }

        long length = _assembled + (long)piece.Length;
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

    /// <summary>What a header claims and may not come is refused at once. What a compressed frame will inflate to, its length does not say.</summary>
    private void RefuseClaim()
    {
        if (_reader is { IsInsideData: true, MessageReservedBits: 0 } && IsOverLimit(_reader.FrameBytesLeft))
            Break(Failures.MessageTooBig(), CloseCodes.MessageTooBig);
    }

    /// <summary>True when the message under way may not grow by so many bytes. Without a limit pieces may add up to any length, for they are not gathered.</summary>
    private bool IsOverLimit(long more) => more > MaxMessageBytes - _assembled && !(DeliversPieces && MaxMessageBytes == Array.MaxLength);

    private void OnCompressed(ReadOnlySpan<byte> piece, long receivedAt)
    {
        MessageCompression compression = _extras!.Compression!;
        (Opcode opcode, bool endsMessage) = (_reader.MessageOpcode, _reader.EndsMessage);
        if (!compression.TryInflate(piece, endsMessage, isText: opcode == Opcode.Text, ref _assembly, ref _assembled))
        {
            Break(Failures.MessageTooBig(), CloseCodes.MessageTooBig);
            return;
        }

        if (!endsMessage && (!DeliversPieces || _assembled == 0))
            return;
        byte[]? plain = _assembly;
        Memory<byte> inflated = plain.AsMemory(0, _assembled);
        (_assembly, _assembled) = (null, 0);
        Loop.Counters.MessagesReceived += endsMessage ? 1 : 0;
        if (!DeliversPieces)
        {
            OnMessage(inflated, opcode, receivedAt, plain);
            return;
        }

        if (!endsMessage)
            compression.HandOn(inflated.Length);
        OnPiece(inflated, opcode, endsMessage, receivedAt);
        if (plain is not null)
            ArrayPool<byte>.Shared.Return(plain);
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

    private void OnControl(FrameEvent read, Span<byte> payload, long receivedAt)
    {
        switch (read)
        {
            case FrameEvent.Ping when State == ChannelState.Open && _extras is not { AnswersPings: false }:
                SendPong(payload);
                break;
            case FrameEvent.Pong:
                // One that nobody asked for is a one-way heartbeat and needs no answer (RFC 6455, section 5.5.3).
                _extras?.Pings?.OnPong(payload, receivedAt);
                break;
            case FrameEvent.Close:
                (ushort code, string reason) = CloseFrame.Read(payload);
                OnCloseFrame(code, reason, payload, receivedAt);
                break;
        }
    }

    private void OnCloseFrame(ushort code, string reason, ReadOnlySpan<byte> payload, long receivedAt)
    {
        Loop.Counters.CountCloseFrame(code);
        bool answer = State == ChannelState.Open;
        State = ChannelState.Closing;
        if (answer)
            SendCloseFrame(payload);

        // The owner first: code that awaits a send runs inside FailSends and must find the channel closed.
        OnPeerClosed(code, reason);
        _extras?.OnPeerClosed(code, reason, receivedAt);
        FailSends(Failures.ConnectionAborted(ConnectionPhase.Close, code).Of(SocketId));
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
        ReadOn();
    }

    /// <summary>Reads no faster than <see cref="ChannelExtras.MaxReceiveBytesPerSecond"/> from now on: between reads TCP's window holds the peer.</summary>
    internal void LimitReceiving()
    {
        if (State != ChannelState.Open || _extras is null || _extras.MaxReceiveBytesPerSecond == (_extras.Pacer?.BytesPerSecond ?? 0))
            return;
        StopPacing();
        if (_extras.MaxReceiveBytesPerSecond > 0)
        {
            _extras.Pacer = new ReceivePacer(this, _extras.MaxReceiveBytesPerSecond);
            Connection!.MaxReadBytes = _extras.Pacer.ReadBytes;
        }

        ReadOn();
    }

    /// <summary>The pacer lets the next read begin.</summary>
    internal void OnPaceDue() => ReadOn();

    /// <summary>True while neither the inbox nor the pacer holds reading back.</summary>
    private bool MayRead => !_isPaused && _extras?.Pacer is not { IsArmed: true };

    /// <summary>Where a rate is set, so many bytes were read, and the next must wait.</summary>
    private void HoldReceiving(int bytes)
    {
        if (_extras!.Pacer is not { } pacer || State != ChannelState.Open)
            return;
        pacer.Count(bytes);
        Connection!.PauseReceiving();
    }

    private void ReadOn()
    {
        if (!MayRead)
            return;
        Connection?.ResumeReceiving();
        WatchForStall();
    }

    /// <summary>Reads as fast as the bytes come; what is paused stays so.</summary>
    private protected void StopPacing()
    {
        if (_extras?.Pacer is not { } pacer)
            return;
        Loop.Disarm(pacer);
        _extras.Pacer = null;
        if (Connection is not null)
            Connection.MaxReadBytes = EventLoop.ReceiveBufferBytes;
    }

    private void WatchForStall()
    {
        if (_reader.IsInsideFrame && IsReading && MayRead)
        {
            _receiveTimer ??= new StallTimer(this);
            Loop.Arm(_receiveTimer, Loop.Now + (long)StallLimit.TotalNanoseconds);
        }
        else if (_receiveTimer is not null)
        {
            Loop.Disarm(_receiveTimer);
        }
    }

    // Ending

    /// <summary>The first failure ends everything; later ones are its echoes.</summary>
    /// <param name="cause">What the owner is told.</param>
    /// <param name="closeCode">The close code that tells the peer why (RFC 6455, 7.1.7), or 0 when nothing can be told.</param>
    /// <param name="reset">True ends TCP with a RST.</param>
    private protected void Break(Exception cause, ushort closeCode = 0, bool reset = false)
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

        Release(reset);
        SendOperation? unsent = _firstSend;
        (_firstSend, _lastSend) = (null, null);

        // The owner first: code that awaits a send runs inside Fail and must find the channel broken.
        OnBroken(cause);
        _extras?.OnEnded(cause);
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

        // Reset when nobody answered our Close frame in time.
        _extras?.OnEnded(reset ? Failures.Timeout(ConnectionPhase.Close) : Failures.ConnectionAborted(ConnectionPhase.Close));
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
        StopPacing();
        if (_receiveTimer is not null)
            Loop.Disarm(_receiveTimer);
        Connection?.Close(reset);
        if (_assembly is not null)
            ArrayPool<byte>.Shared.Return(_assembly);
        (_assembly, _assembled) = (null, 0);
        _extras?.Dispose();
    }

    private sealed class StallTimer(WebSocketChannel channel) : LoopTimer
    {
        internal override void Fire(long dueAt) => channel.Break(Failures.Timeout(ConnectionPhase.Open));
    }
}
