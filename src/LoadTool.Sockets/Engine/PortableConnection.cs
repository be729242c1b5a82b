using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LoadTool.Sockets;

/// <summary>
/// A TCP connection on System.Net.Sockets. It waits with a receive of zero bytes, which holds no buffer, and then reads into
/// the loop's own: the same one read per event as on epoll.
/// </summary>
internal sealed class PortableConnection : Connection, IDisposable
{
    private readonly Socket? _accepted;
    private Socket? _socket;
    private Operation? _receive;
    private Operation? _send;
    private bool _waiting;
    private bool _paused;
    private bool _ended;
    private bool _connecting;
    private bool _resetsOnClose;

    internal PortableConnection(PortableLoop loop, Socket? accepted = null)
        : base(loop)
    {
        _accepted = accepted;
    }

    internal override IPEndPoint? LocalEndPoint => _socket?.LocalEndPoint as IPEndPoint;

    internal override IPEndPoint? RemoteEndPoint => _connecting ? null : _socket?.RemoteEndPoint as IPEndPoint;

    private PortableLoop Owner => (PortableLoop)Loop;

    private protected override bool CanReusePending => _send is not { IsInFlight: true };

    public void Dispose() => Close();

    internal override void SetNoDelay(bool value)
    {
        if (IsClosed || _connecting)
            return;
        try
        {
            _socket!.NoDelay = value;
        }
        catch (SocketException)
        {
            // Reset meanwhile (macOS tells so here); what is sent or received next reports it.
        }
    }

    internal override TcpInfo? ReadTcpInfo()
    {
        if (!OperatingSystem.IsLinux() || IsClosed || _connecting)
            return null;
        Span<byte> info = stackalloc byte[Libc.TcpInfoBytes];
        try
        {
            int length = _socket!.GetRawSocketOption(Libc.LevelTcp, Libc.OptionTcpInfo, info);
            return TcpInfo.Read(info[..Math.Min(length, info.Length)]);
        }
        catch (SocketException)
        {
            // A system call filter that does not know the option.
            return null;
        }
    }

    internal void Connect(IPEndPoint remote, ConnectionOptions options)
    {
        Opened();
        try
        {
            // Told that it is TCP, the runtime lets other than Windows' sockets share a port (SO_REUSEADDR) as soon as they are bound.
            Use(new Socket(remote.AddressFamily, SocketType.Stream, options.LocalPorts is null ? ProtocolType.Tcp : ProtocolType.Unspecified));
            if (Descriptors.IsReserved(_socket!.Handle))
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            SetOptions(_socket, options);
            SocketError unbound = Bind(_socket, options);
            if (unbound != SocketError.Success)
                throw new SocketException((int)unbound);
            _connecting = true;
            Operation connect = new(this, static (connection, arguments) => connection.OnConnectEnded(arguments)) { RemoteEndPoint = remote };
            connect.Start(_socket.ConnectAsync(connect));
        }
        catch (SocketException error)
        {
            Loop.Post(_ => Fail(error.SocketErrorCode), null);
        }
    }

    /// <summary>Begins to receive on an accepted socket; what arrives is told from the loop's next turn on.</summary>
    internal void StartAccepted()
    {
        Opened();
        Use(_accepted!);
        try
        {
            _accepted!.NoDelay = true;
        }
        catch (SocketException)
        {
            // Reset before it was accepted (macOS tells so here); the first receive reports it.
        }

        WaitForBytes();
    }

    internal override void PauseReceiving() => _paused = true;

    internal override void ResumeReceiving()
    {
        _paused = false;
        WaitForBytes();
    }

    internal override void ShutdownSend()
    {
        try
        {
            _socket?.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Already broken; the next receive tells how.
        }
    }

    private protected override SocketError TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = _socket!.Send(bytes, SocketFlags.None, out SocketError error);
        return error;
    }

    private protected override void StartSendingPending()
    {
        _send ??= new Operation(this, static (connection, arguments) => connection.OnSendEnded(arguments));
        if (_send.IsInFlight)
            return;
        _send.SetBuffer(MemoryMarshal.AsMemory(Pending));
        _send.Start(_socket!.SendAsync(_send));
    }

    private protected override void CloseDescriptor(bool reset)
    {
        Owner.Remove(this);
        if (_socket is null)
            return;
        if (reset)
            ResetOnClose(_socket);
        else if (!_resetsOnClose)
            ShutdownSend();  // Or the runtime resets: it does whenever a receive is in flight, and one always is.
        _socket.Dispose();

        // Those still in flight are disposed by their own completion.
        _receive?.Dispose();
        _send?.Dispose();
    }

    private static void ResetOnClose(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (SocketException)
        {
            // The peer was first (macOS tells so here): there is nothing left to reset.
        }
    }

    private void SetOptions(Socket socket, in ConnectionOptions options)
    {
        socket.NoDelay = options.NoDelay;
        if (options.SendBufferBytes > 0)
            socket.SendBufferSize = options.SendBufferBytes;
        if (options.ReceiveBufferBytes > 0)
            socket.ReceiveBufferSize = options.ReceiveBufferBytes;
        _resetsOnClose = options.ResetsOnClose;
        if (_resetsOnClose)
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }

    private SocketError Bind(Socket socket, in ConnectionOptions options)
    {
        IPAddress address = options.LocalAddress ?? (socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any);
        if (options.LocalPorts is { } range
            && !(LocalPorts.CanNarrow(range) && TrySetOption(socket, Libc.OptionLocalPortRange, LocalPorts.OptionValue(range))))
        {
            return LocalPorts.OfBind(LocalPorts.BindFree(range, Loop.MaskKeys.Next(), port => TryBind(socket, address, port)));
        }

        if (options.LocalAddress is null)
            return SocketError.Success;

        // As on epoll: connect chooses the port. Other systems choose it here, and have each once in all.
        if (OperatingSystem.IsLinux())
            _ = TrySetOption(socket, Libc.OptionBindAddressNoPort, 1);
        return LocalPorts.OfBind(TryBind(socket, address, port: 0));
    }

    private static bool TrySetOption(Socket socket, int option, int value)
    {
        try
        {
            socket.SetRawSocketOption(Libc.LevelIp, option, BitConverter.GetBytes(value));
            return true;
        }
        catch (SocketException)
        {
            // An older kernel.
            return false;
        }
    }

    private static SocketError TryBind(Socket socket, IPAddress address, int port)
    {
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }

    private void Use(Socket socket)
    {
        _socket = socket;
        _socket.Blocking = false;
        Owner.Add(this);
    }

    private void OnConnectEnded(SocketAsyncEventArgs arguments)
    {
        arguments.Dispose();
        _connecting = false;
        if (IsClosed)
            return;
        if (arguments.SocketError != SocketError.Success)
        {
            Fail(arguments.SocketError);
            return;
        }

        WaitForBytes();
        Handler?.OnConnected();
    }

    private void WaitForBytes()
    {
        if (_waiting || _paused || _ended || _connecting || IsClosed)
            return;
        _waiting = true;
        _receive ??= new Operation(this, static (connection, arguments) => connection.OnReadable(arguments));
        _receive.Start(_socket!.ReceiveAsync(_receive));
    }

    private void OnReadable(SocketAsyncEventArgs arguments)
    {
        _waiting = false;
        if (IsClosed || _paused)
            return;
        if (arguments.SocketError != SocketError.Success)
        {
            Fail(arguments.SocketError);
            return;
        }

        Receive();
        WaitForBytes();
    }

    private void Receive()
    {
        int received = _socket!.Receive(Loop.ReceiveBuffer.AsSpan(0, MaxReadBytes), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success)
        {
            Fail(error);
        }
        else if (received > 0)
        {
            Loop.Counters.BytesReceived += received;
            Handler?.OnReceived(Loop.ReceiveBuffer.AsMemory(0, received), Loop.StampNext());
        }
        else
        {
            _ended = true;
            Handler?.OnEnd();
        }
    }

    private void OnSendEnded(SocketAsyncEventArgs arguments)
    {
        if (IsClosed)
            return;
        if (arguments.SocketError == SocketError.Success)
            OnPendingSent(arguments.BytesTransferred);
        else
            Fail(arguments.SocketError);
    }

    /// <summary>One kind of operation of one connection; its completion, on whatever thread, is posted to the loop.</summary>
    private sealed class Operation : SocketAsyncEventArgs
    {
        private readonly Completion _completion;
        private readonly PortableConnection _connection;
        private readonly Action<PortableConnection, SocketAsyncEventArgs> _completed;

        internal Operation(PortableConnection connection, Action<PortableConnection, SocketAsyncEventArgs> completed)
            : base(true)
        {
            _connection = connection;
            _completed = completed;
            _completion = new Completion(this);
        }

        internal bool IsInFlight { get; private set; }

        /// <param name="isPending">What the socket's method returned: false means it has ended already.</param>
        internal void Start(bool isPending)
        {
            IsInFlight = true;
            if (!isPending)
                _connection.Loop.Post(_completion);
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => _connection.Loop.Post(_completion);

        private sealed class Completion(Operation operation) : LoopItem
        {
            internal override void Run()
            {
                operation.IsInFlight = false;
                operation._completed(operation._connection, operation);
            }
        }
    }
}
