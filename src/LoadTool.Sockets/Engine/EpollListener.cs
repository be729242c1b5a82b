using System.Net;
using System.Net.Sockets;

namespace LoadTool.Sockets;

/// <summary>A listening socket watched by epoll.</summary>
internal sealed unsafe class EpollListener : Listener, IEpollChannel
{
    private readonly EpollLoop _loop;
    private readonly IListenerHandler _handler;
    private readonly Retry _retry;
    private readonly ulong _data;
    private int _descriptor;

    internal EpollListener(EpollLoop loop, IPEndPoint local, IListenerHandler handler)
    {
        _loop = loop;
        _handler = handler;
        _retry = new Retry(this);
        _descriptor = EpollLoop.Check(
            Libc.socket(Libc.FamilyOf(local.Address), Libc.SocketStream | Libc.NonBlocking | Libc.CloseOnExec, 0));
        try
        {
            Bind(local);
            LocalEndPoint = Libc.LocalAddress(_descriptor)!;
            _data = loop.Add(this, _descriptor, Libc.EpollIn);
        }
        catch (SocketException)
        {
            _ = Libc.close(_descriptor);
            throw;
        }
    }

    internal override IPEndPoint LocalEndPoint { get; }

    public void OnEvents(uint events)
    {
        // One event, all that wait: connections come in bursts, and each event more would cost a turn of the loop.
        while (_descriptor >= 0)
        {
            int accepted = Libc.accept4(_descriptor, null, null, Libc.NonBlocking | Libc.CloseOnExec);
            if (accepted < 0)
            {
                OnAcceptFailed(Libc.LastError);
                return;
            }

            if (Descriptors.IsReserved(accepted))
            {
                _ = Libc.close(accepted);
                OnAcceptFailed(Libc.ErrorTooManyFiles);
                return;
            }

            EpollConnection connection = new(_loop);
            connection.Adopt(accepted);
            _handler.OnAccepted(connection);
        }
    }

    public void Shut() => Close();

    internal override void Close()
    {
        if (_descriptor < 0)
            return;
        _loop.Disarm(_retry);
        _loop.Remove(_data);
        _ = Libc.close(_descriptor);
        _descriptor = -1;
    }

    private void Bind(IPEndPoint local)
    {
        EpollLoop.Check(Libc.SetOption(_descriptor, Libc.LevelSocket, Libc.OptionReuseAddress, 1));
        byte* address = stackalloc byte[Libc.AddressBytes];
        uint length = Libc.WriteAddress(new Span<byte>(address, Libc.AddressBytes), local);
        EpollLoop.Check(Libc.bind(_descriptor, address, length));
        EpollLoop.Check(Libc.listen(_descriptor, Backlog));
    }

    private void OnAcceptFailed(int errno)
    {
        SocketError error = Failures.SocketErrorOf(errno);
        if (error is SocketError.WouldBlock or SocketError.Interrupted or SocketError.ConnectionAborted)
            return;

        // Most likely no descriptor is left. The connection stays in the queue and the event stays ready, so rest before the next try.
        _loop.Modify(_descriptor, 0, _data);
        _loop.Arm(_retry, _loop.Now + RetryNanoseconds);
        _handler.OnAcceptFailed(error);
    }

    private sealed class Retry(EpollListener listener) : LoopTimer
    {
        internal override void Fire(long dueAt) => listener._loop.Modify(listener._descriptor, Libc.EpollIn, listener._data);
    }
}
