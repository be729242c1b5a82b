using System.Net;
using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>One end of a connection that is made of memory. Both ends are used by one thread: that of their simulation, or of the loop they share.</summary>
internal sealed class SimulatedConnection : Connection
{
    /// <summary>Bytes that may be on their way or unread in one direction; what is more waits at the sender.</summary>
    internal const int WindowBytes = 256 * 1024;

    private readonly SimulatedInbox _inbox = new();
    private readonly SimulatedLink _link;
    private readonly Arrival _arrival;
    private readonly SimulatedListener? _listener;
    private Drain? _drain;
    private SimulatedConnection? _peer;
    private int _lostBytes;
    private long _resetAt = long.MaxValue;
    private bool _isReady;
    private bool _isPaused;
    private bool _isEndSent;
    private bool _isResetComing;
    private bool _resetsOnClose;

    private SimulatedConnection(SimulatedLoop loop, SimulatedLink link, IPEndPoint local, IPEndPoint remote, SimulatedListener? listener = null)
        : base(loop)
    {
        (_link, _listener, LocalEndPoint, RemoteEndPoint) = (link, listener, local, remote);
        _arrival = new Arrival(this);
    }

    internal override IPEndPoint? LocalEndPoint { get; }

    internal override IPEndPoint? RemoteEndPoint { get; }

    /// <summary>Place in the loop's list of those that are open.</summary>
    internal int OpenIndex { get; set; } = -1;

    private SimulatedLoop Owner => (SimulatedLoop)Loop;

    /// <summary>Begins to connect.</summary>
    /// <param name="loop">The client's.</param>
    /// <param name="listener">Who listens there, or null for nobody.</param>
    /// <param name="link">What befalls the connection.</param>
    /// <param name="local">The client's address.</param>
    /// <param name="remote">The server's address.</param>
    /// <param name="handler">Is told how it goes.</param>
    /// <param name="resetsOnClose">Every close is a reset.</param>
    internal static SimulatedConnection Connect(
        SimulatedLoop loop, SimulatedListener? listener, SimulatedLink link, IPEndPoint local, IPEndPoint remote, IConnectionHandler handler, bool resetsOnClose)
    {
        SimulatedConnection client = new(loop, link, local, remote) { Handler = handler, _resetsOnClose = resetsOnClose };
        client.Opened();
        loop.Add(client);
        if (listener is null)
        {
            client.AnswerFromAfar(SimulatedPieceKind.Refused);
            return client;
        }

        SimulatedConnection server = new(listener.Loop, link, remote, local, listener) { _peer = client };
        client._peer = server;
        client.SendTo(server, SimulatedPieceKind.Request);
        return client;
    }

    internal override void PauseReceiving() => _isPaused = true;

    internal override void ResumeReceiving()
    {
        _isPaused = false;
        Loop.Disarm(_arrival);
        Expect();
    }

    internal override void ShutdownSend()
    {
        if (_isEndSent || _peer is null)
            return;
        _isEndSent = true;
        SendTo(_peer, SimulatedPieceKind.End);
    }

    private protected override SocketError TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        if (!_isReady)
            return SocketError.NotConnected;
        SimulatedConnection peer = _peer!;
        long now = Loop.Now;
        sent = Math.Min(bytes.Length, WindowBytes - peer._inbox.Bytes - _lostBytes);
        if (_link.Loses(now))
        {
            _lostBytes += sent;
        }
        else if (peer.IsClosed)
        {
            // It answers that it knows of no connection.
            AnswerFromAfar(SimulatedPieceKind.Reset);
        }
        else
        {
            for (ReadOnlySpan<byte> left = bytes[..sent]; !left.IsEmpty;)
            {
                int piece = _link.NextPiece(left.Length);
                peer._inbox.Add(left[..piece], _link.ArrivalOf(now, peer._inbox.LastDueAt));
                left = left[piece..];
            }

            peer.Expect();
        }

        return sent == bytes.Length ? SocketError.Success : SocketError.WouldBlock;
    }

    /// <summary>The reader tells when there is room.</summary>
    private protected override void StartSendingPending() => _drain ??= new Drain(this);

    private protected override void CloseDescriptor(bool reset)
    {
        Loop.Disarm(_arrival);
        if (_drain is not null)
            Loop.Disarm(_drain);
        Owner.Remove(this);
        _inbox.Clear();
        if (_peer is null or { IsClosed: true })
            return;
        if (reset || _resetsOnClose)
            SendTo(_peer, SimulatedPieceKind.Reset);
        else
            ShutdownSend();
    }

    /// <summary>What the other end, or its system, sends back at once when it gets what is sent now.</summary>
    private void AnswerFromAfar(SimulatedPieceKind answer)
    {
        if (_isResetComing || _link.Loses(Loop.Now))
            return;
        _isResetComing = true;
        long there = _link.ArrivalOf(Loop.Now, long.MinValue);
        Add(answer, _link.ArrivalOf(there, _inbox.LastDueAt));
    }

    private void SendTo(SimulatedConnection peer, SimulatedPieceKind kind)
    {
        long now = Loop.Now;
        if (_link.Loses(now))
            return;
        peer.Add(kind, _link.ArrivalOf(now, peer._inbox.LastDueAt));
    }

    private void Add(SimulatedPieceKind kind, long dueAt)
    {
        if (kind == SimulatedPieceKind.Reset)
            _resetAt = dueAt;
        _inbox.Add(kind, dueAt);
        Expect();
    }

    /// <summary>Wakes up for what comes next; who does not read is still told of a reset.</summary>
    private void Expect()
    {
        if (_arrival.IsArmed || IsClosed)
            return;
        if (_isPaused && _resetAt < long.MaxValue)
            Loop.Arm(_arrival, _resetAt);
        else if (!_isPaused && !_inbox.IsEmpty)
            Loop.Arm(_arrival, _inbox.Head.DueAt);
    }

    private void OnArrived()
    {
        if (_isPaused)
        {
            if (Loop.Now >= _resetAt)
                Break();
            Expect();
            return;
        }

        SimulatedPiece piece = _inbox.Head;
        if (piece.Kind == SimulatedPieceKind.Data)
        {
            Receive(piece.Bytes);
        }
        else
        {
            _inbox.Take();
            OnArrived(piece.Kind);
        }

        Expect();
    }

    private void OnArrived(SimulatedPieceKind kind)
    {
        switch (kind)
        {
            case SimulatedPieceKind.Request:
                Accept();
                break;
            case SimulatedPieceKind.Accepted:
                _isReady = true;
                Handler?.OnConnected();
                break;
            case SimulatedPieceKind.Refused:
                Fail(SocketError.ConnectionRefused);
                break;
            case SimulatedPieceKind.End:
                Handler?.OnEnd();
                break;
            case SimulatedPieceKind.Reset:
                Break();
                break;
        }
    }

    private void Accept()
    {
        if (_listener!.IsClosed)
        {
            SendTo(_peer!, SimulatedPieceKind.Refused);
            _peer = null;
            Close();
            return;
        }

        _isReady = true;
        Opened();
        Owner.Add(this);
        SendTo(_peer!, SimulatedPieceKind.Accepted);
        _listener.Handler.OnAccepted(this);
    }

    private void Receive(int bytes)
    {
        int length = Math.Min(bytes, MaxReadBytes);
        int admitted = _link.Admit(length);
        if (admitted > 0)
        {
            Memory<byte> read = Loop.ReceiveBuffer.AsMemory(0, admitted);
            _inbox.Take(read.Span);
            _peer!.OnRoom();
            Loop.Counters.BytesReceived += admitted;
            Handler?.OnReceived(read, Loop.StampNext());
        }

        if (admitted == length || IsClosed)
            return;
        _peer!.BreakSoon();
        Break();
    }

    /// <summary>From the loop's next turn, whatever is still on its way.</summary>
    private void BreakSoon()
    {
        if (IsClosed)
            return;
        Loop.Disarm(_arrival);
        _inbox.Clear();
        Add(SimulatedPieceKind.Reset, Loop.Now);
    }

    /// <summary>Ends this end without a word to the other.</summary>
    private void Break()
    {
        _peer = null;
        Fail(SocketError.ConnectionReset);
    }

    /// <summary>The peer has read; the news of it takes its time too.</summary>
    private void OnRoom()
    {
        if (_drain is { IsArmed: false } drain && PendingBytes > 0 && !IsClosed)
            Loop.Arm(drain, _link.ArrivalOf(Loop.Now, long.MinValue));
    }

    private void SendPending()
    {
        SocketError error = TrySend(Pending.Span, out int sent);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            Fail(error);
        else if (sent > 0)
            OnPendingSent(sent);
    }

    private sealed class Arrival(SimulatedConnection connection) : LoopTimer
    {
        internal override void Fire(long dueAt) => connection.OnArrived();
    }

    private sealed class Drain(SimulatedConnection connection) : LoopTimer
    {
        internal override void Fire(long dueAt) => connection.SendPending();
    }
}
