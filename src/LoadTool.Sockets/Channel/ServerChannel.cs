using System.Buffers;
using System.Net.Sockets;
using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>The server's end: reads the upgrade request, asks what to answer, then frames.</summary>
internal sealed class ServerChannel : WebSocketChannel
{
    /// <summary>How long a client may take over its request.</summary>
    private static readonly TimeSpan UpgradeLimit = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that may wait for a client that does not read; past it the server stops reading from that client.</summary>
    private const int MaxPendingBytes = 1024 * 1024;

    private readonly Func<string, ServerAnswer> _answer;
    private HeadBuffer? _head = new();
    private ServerBehaviour? _behaviour;
    private bool _isHeldBack;

    /// <param name="connection">An accepted connection; its events come here from now on.</param>
    /// <param name="answer">Decides by the request's path and query.</param>
    internal ServerChannel(Connection connection, Func<string, ServerAnswer> answer)
        : base(connection.Loop, isClient: false)
    {
        _answer = answer;
        Connection = connection;
        State = ChannelState.Upgrading;
        connection.Handler = this;
        StartLimit(UpgradeLimit);
    }

    /// <summary>Room for state of the behaviour, such as a timer.</summary>
    internal object? Tag { get; set; }

    internal bool IsOpen => State == ChannelState.Open;

    /// <summary>True while bytes can be sent, in an order or not.</summary>
    internal bool IsLive => State is ChannelState.Upgrading or ChannelState.Open;

    /// <summary>True when what was sent last still waits for the client to read.</summary>
    internal bool IsBehind => Connection!.PendingBytes > 0;

    /// <summary>Sends one message; a client that does not read is held back, not waited for.</summary>
    internal void Send(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (State != ChannelState.Open)
            return;
        SendNow(opcode, payload);
        if (IsOpen && Connection!.PendingBytes > MaxPendingBytes && !_isHeldBack)
        {
            _isHeldBack = true;
            PauseReceiving();
        }
    }

    /// <summary>Sends bytes as they stand, be they frames or not: for servers that misbehave on purpose.</summary>
    internal void SendRaw(ReadOnlySpan<byte> bytes)
    {
        if (!IsLive)
            return;
        SocketError error = Connection!.Send(bytes);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            Break(CauseOf(ConnectionPhase.Open, error));
    }

    /// <summary>Tells the client that no more follows, and goes on reading.</summary>
    internal void ShutdownSend() => Connection!.ShutdownSend();

    /// <summary>Starts the closing handshake.</summary>
    internal void Close(ushort code, string reason)
    {
        if (State != ChannelState.Open)
            return;
        StartLimit(CloseLimit);
        SendClose(code, reason, Failures.AbortedLocally());
    }

    /// <summary>Ends TCP with a RST.</summary>
    internal void Reset() => Finish(reset: true);

    /// <summary>Reads no more: the client's data stays in its way.</summary>
    internal void StopReading() => PauseReceiving();

    private protected override void OnConnected()
    {
        // Was so from the start.
    }

    private protected override Memory<byte> OnHandshakeBytes(Memory<byte> bytes)
    {
        // Null once the request was read and silence is the answer.
        if (_head is null || !_head.TryComplete(bytes.Span, out ReadOnlySpan<byte> head, out int consumed))
            return default;
        ServerHandshakeResult request = ServerHandshake.Read(head);
        ServerAnswer answer = request.Status == 101 ? _answer(Encoding.UTF8.GetString(request.Target)) : ServerAnswer.Refuse(request.Status);

        // What to ask for depends on the path: known only now.
        if (answer is { Status: 101, Deflate: not null })
            request = ServerHandshake.Read(head, answer.Deflate);
        if (request.Status != 101)
            answer = ServerAnswer.Refuse(request.Status);
        if (answer.Status == 101)
            Accept(request, answer);
        else if (answer.Status != 0)
            Refuse(answer.Status);
        else if (answer.Behaviour is { } behaviour)
            Leave(request.Key, behaviour);
        ReturnHead();
        return State == ChannelState.Open ? bytes[consumed..] : default;
    }

    private protected override void OnMessage(Memory<byte> payload, Opcode opcode, long receivedAt, byte[]? rented)
    {
        if (State == ChannelState.Open)
            _behaviour!.OnMessage(this, payload.Span, opcode);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private protected override void OnDrained()
    {
        if (State == ChannelState.Closing)
        {
            Finish();
            return;
        }

        if (_isHeldBack)
        {
            _isHeldBack = false;
            ResumeReceiving();
        }

        _behaviour?.OnDrained(this);
    }

    private protected override void OnPeerClosed(ushort code, string reason)
    {
        // The server ends TCP first (RFC 6455, section 7.1.1), once its own Close frame has left.
        if (IsBehind)
            StartLimit(CloseLimit);
        else
            Finish();
    }

    private protected override void OnBroken(Exception cause) => OnFinished();

    private protected override void OnFinished()
    {
        ReturnHead();
        _behaviour?.OnClosed(this);
    }

    private protected override void OnLimit() => Finish(reset: true);

    private void Accept(in ServerHandshakeResult request, in ServerAnswer answer)
    {
        string? subprotocol = answer.Subprotocol is { } wanted && request.Subprotocols.Contains(wanted) ? wanted : null;
        ServerHandshake.TryWriteAccept(Loop.SendBuffer, request.Key, subprotocol, out int length, request.Deflate);
        Connection!.Send(Loop.SendBuffer.AsSpan(0, length));
        if (request.Deflate is { } agreed)
            UseDeflate(agreed);
        StopLimit();
        ReturnHead();
        _behaviour = answer.Behaviour!;
        State = ChannelState.Open;
        _behaviour.OnOpened(this);
    }

    private void Leave(ReadOnlySpan<byte> key, ServerBehaviour behaviour)
    {
        _behaviour = behaviour;
        behaviour.OnRequested(this, key);
    }

    private void ReturnHead()
    {
        _head?.Return();
        _head = null;
    }

    private void Refuse(int status)
    {
        ServerHandshake.TryWriteRefusal(Loop.SendBuffer, status, out int length);
        Connection!.Send(Loop.SendBuffer.AsSpan(0, length));
        Finish();
    }
}
