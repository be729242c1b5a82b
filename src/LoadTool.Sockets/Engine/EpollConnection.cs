using System.Net;
using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>A TCP connection watched by epoll.</summary>
internal sealed unsafe class EpollConnection(EpollLoop loop) : Connection(loop), IEpollChannel
{
    private int _descriptor = -1;
    private ulong _data;
    private uint _interest;
    private bool _connecting;
    private bool _ended;

    internal override IPEndPoint? LocalEndPoint => _descriptor < 0 ? null : Libc.LocalAddress(_descriptor);

    internal override IPEndPoint? RemoteEndPoint => _descriptor < 0 ? null : Libc.RemoteAddress(_descriptor);

    private EpollLoop Owner => (EpollLoop)Loop;

    internal override TcpInfo? ReadTcpInfo() => _descriptor < 0 || _connecting ? null : Libc.ReadTcpInfo(_descriptor);

    internal override void SetNoDelay(bool value)
    {
        if (_descriptor >= 0)
            _ = Libc.SetOption(_descriptor, Libc.LevelTcp, Libc.OptionTcpNoDelay, value ? 1 : 0);
    }

    internal void Connect(IPEndPoint remote, ConnectionOptions options)
    {
        Opened();
        SocketError error = BeginConnect(remote, options);
        if (error != SocketError.Success)
            Loop.Post(_ => Fail(error), null);
    }

    /// <summary>Takes over a descriptor that accept4 returned.</summary>
    /// <exception cref="SocketException">It cannot be watched; it has been closed.</exception>
    internal void Adopt(int descriptor)
    {
        _ = Libc.SetOption(descriptor, Libc.LevelTcp, Libc.OptionTcpNoDelay, 1);
        Watch(descriptor, Libc.EpollIn);
        Opened();
    }

    public void OnEvents(uint events)
    {
        if (_connecting)
        {
            OnConnectEnded();
            return;
        }

        if ((events & Libc.EpollOut) != 0)
            SendPending();
        if (IsClosed)
            return;
        if ((events & Libc.EpollIn) != 0)
            Receive();
        else if ((events & (Libc.EpollError | Libc.EpollHangUp)) != 0)
            Fail(TakeError());
    }

    public void Shut() => Close(reset: false);

    internal override void PauseReceiving() => SetInterest(_interest & ~Libc.EpollIn);

    internal override void ResumeReceiving()
    {
        if (!_ended && !_connecting)
            SetInterest(_interest | Libc.EpollIn);
    }

    internal override void ShutdownSend() => _ = Libc.shutdown(_descriptor, Libc.ShutdownWrite);

    private protected override SocketError TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        fixed (byte* start = bytes)
        {
            nint result;
            do
                result = Libc.send(_descriptor, start, (nuint)bytes.Length, Libc.MessageDontWait | Libc.MessageNoSignal);
            while (result < 0 && Libc.LastError == Libc.ErrorInterrupted);
            sent = Math.Max(0, (int)result);
            return result >= 0 ? SocketError.Success : Failures.SocketErrorOf(Libc.LastError);
        }
    }

    private protected override void StartSendingPending() => SetInterest(_interest | Libc.EpollOut);

    private protected override void CloseDescriptor(bool reset)
    {
        if (_descriptor < 0)
            return;
        Owner.Remove(_data);
        if (reset)
            Libc.ResetOnClose(_descriptor);
        _ = Libc.close(_descriptor);
        _descriptor = -1;
    }

    private SocketError BeginConnect(IPEndPoint remote, ConnectionOptions options)
    {
        int descriptor = Libc.socket(Libc.FamilyOf(remote.Address), Libc.SocketStream | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (descriptor < 0)
            return Failures.SocketErrorOf(Libc.LastError);
        if (Descriptors.IsReserved(descriptor))
        {
            _ = Libc.close(descriptor);
            return SocketError.TooManyOpenSockets;
        }

        SetOptions(descriptor, options);
        SocketError unbound = Bind(descriptor, remote, options);
        if (unbound != SocketError.Success)
        {
            _ = Libc.close(descriptor);
            return unbound;
        }

        byte* address = stackalloc byte[Libc.AddressBytes];
        uint length = Libc.WriteAddress(new Span<byte>(address, Libc.AddressBytes), remote);
        int result = Libc.connect(descriptor, address, length);
        int error = result == 0 ? 0 : Libc.LastError;
        if (result != 0 && error is not (Libc.ErrorInProgress or Libc.ErrorInterrupted))
        {
            _ = Libc.close(descriptor);
            return Failures.SocketErrorOf(error);
        }

        // Even when established at once (it can be, on loopback) the first event tells so: one path for all.
        try
        {
            Watch(descriptor, Libc.EpollOut);
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode;
        }

        _connecting = true;
        return SocketError.Success;
    }

    private static void SetOptions(int descriptor, in ConnectionOptions options)
    {
        if (options.NoDelay)
            _ = Libc.SetOption(descriptor, Libc.LevelTcp, Libc.OptionTcpNoDelay, 1);
        if (options.SendBufferBytes > 0)
            _ = Libc.SetOption(descriptor, Libc.LevelSocket, Libc.OptionSendBuffer, options.SendBufferBytes);
        if (options.ReceiveBufferBytes > 0)
            _ = Libc.SetOption(descriptor, Libc.LevelSocket, Libc.OptionReceiveBuffer, options.ReceiveBufferBytes);
        if (options.ResetsOnClose)
            Libc.ResetOnClose(descriptor);
    }

    private SocketError Bind(int descriptor, IPEndPoint remote, in ConnectionOptions options)
    {
        IPAddress address = options.LocalAddress ?? (remote.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any);
        if (options.LocalPorts is { } range && !(LocalPorts.CanNarrow(range)
            && Libc.SetOption(descriptor, Libc.LevelIp, Libc.OptionLocalPortRange, LocalPorts.OptionValue(range)) == 0))
        {
            return LocalPorts.OfBind(LocalPorts.BindFree(range, Loop.MaskKeys.Next(), port => Libc.Bind(descriptor, address, port)));
        }

        if (options.LocalAddress is null)
            return SocketError.Success;

        // The port is chosen by connect, which knows the server: an address has all its ports for each server, not once in all.
        _ = Libc.SetOption(descriptor, Libc.LevelIp, Libc.OptionBindAddressNoPort, 1);
        return LocalPorts.OfBind(Libc.Bind(descriptor, address, port: 0));
    }

    private void Watch(int descriptor, uint events)
    {
        try
        {
            _data = Owner.Add(this, descriptor, events);
        }
        catch (SocketException)
        {
            _ = Libc.close(descriptor);
            throw;
        }

        (_descriptor, _interest) = (descriptor, events);
    }

    private void OnConnectEnded()
    {
        _connecting = false;
        int error = Libc.TakeError(_descriptor);
        if (error != 0)
        {
            Fail(Failures.SocketErrorOf(error));
            return;
        }

        SetInterest(Libc.EpollIn);
        Handler?.OnConnected();
    }

    private void Receive()
    {
        byte[] buffer = Loop.ReceiveBuffer;
        nint result;
        fixed (byte* start = buffer)
            result = Libc.recv(_descriptor, start, (nuint)MaxReadBytes, Libc.MessageDontWait);
        if (result > 0)
        {
            Loop.Counters.BytesReceived += result;
            Handler?.OnReceived(buffer.AsMemory(0, (int)result), Loop.StampNext());
        }
        else if (result == 0)
        {
            // Level-triggered: an end that stays of interest would be reported for ever.
            _ended = true;
            SetInterest(_interest & ~Libc.EpollIn);
            Handler?.OnEnd();
        }
        else if (Libc.LastError is int error and not (Libc.ErrorAgain or Libc.ErrorInterrupted))
        {
            Fail(Failures.SocketErrorOf(error));
        }
    }

    private void SendPending()
    {
        SocketError error = TrySend(Pending.Span, out int sent);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            Fail(error);
            return;
        }

        if (sent == PendingBytes)
            SetInterest(_interest & ~Libc.EpollOut);
        if (sent > 0)
            OnPendingSent(sent);
    }

    private SocketError TakeError()
    {
        int error = Libc.TakeError(_descriptor);
        return error == 0 ? SocketError.ConnectionReset : Failures.SocketErrorOf(error);
    }

    private void SetInterest(uint events)
    {
        if (events == _interest || IsClosed)
            return;
        _interest = events;
        Owner.Modify(_descriptor, events, _data);
    }
}
