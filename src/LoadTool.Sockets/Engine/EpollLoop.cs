using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LoadTool.Sockets;

/// <summary>
/// The event loop on Linux epoll. Level-triggered: one recv per event into the loop's buffer (the usual second one that ends
/// in EAGAIN costs a system call per message), and EPOLLOUT only while something waits to be sent.
/// </summary>
internal sealed unsafe class EpollLoop(TimeProvider clock, string name) : EventLoop(clock, name)
{
    private const int EventCapacity = 512;
    private const ulong WakeData = ulong.MaxValue;

    private readonly int _epoll = Check(Libc.epoll_create1(Libc.CloseOnExec));
    // A handle, because a producer may be on its way to write when the loop ends: it must not hit a descriptor that got the same number.
    private readonly SafeFileHandle _wake = new(Check(Libc.eventfd(0, Libc.CloseOnExec | Libc.NonBlocking)), ownsHandle: true);
    private readonly byte* _events = (byte*)NativeMemory.Alloc((nuint)(EventCapacity * Libc.EventBytes));

    // What an event's data names: a slot and its generation, so that an event left over from a closed descriptor finds nobody.
    private IEpollChannel?[] _slots = new IEpollChannel?[64];
    private uint[] _generations = new uint[64];
    private readonly Stack<int> _freeSlots = new();
    private int _usedSlots;
    private bool _hasNanosecondWait = true;

    internal override Connection Connect(IPEndPoint remote, ConnectionOptions options, IConnectionHandler handler)
    {
        EpollConnection connection = new(this) { Handler = handler };
        connection.Connect(remote, options);
        return connection;
    }

    internal override Listener Listen(IPEndPoint local, IListenerHandler handler) => new EpollListener(this, local, handler);

    /// <summary>Watches a descriptor.</summary>
    /// <returns>What to pass to <see cref="Modify"/> and <see cref="Remove"/>.</returns>
    /// <exception cref="SocketException">The system watches no more descriptors (fs.epoll.max_user_watches); nothing is kept.</exception>
    internal ulong Add(IEpollChannel channel, int descriptor, uint events)
    {
        if (!_freeSlots.TryPop(out int slot))
        {
            slot = _usedSlots++;
            if (slot == _slots.Length)
            {
                Array.Resize(ref _slots, Growth.Next(slot));
                Array.Resize(ref _generations, Growth.Next(slot));
            }
        }

        ulong data = (ulong)_generations[slot] << 32 | (uint)slot;
        if (Libc.EpollControl(_epoll, Libc.EpollCtlAdd, descriptor, events, data) < 0)
        {
            int error = Libc.LastError;
            _freeSlots.Push(slot);
            throw new SocketException((int)Failures.SocketErrorOf(error));
        }

        _slots[slot] = channel;
        return data;
    }

    internal void Modify(int descriptor, uint events, ulong data) =>
        Check(Libc.EpollControl(_epoll, Libc.EpollCtlModify, descriptor, events, data));

    /// <summary>Forgets a descriptor that is about to be closed (closing takes it out of epoll).</summary>
    internal void Remove(ulong data)
    {
        int slot = (int)(uint)data;
        _slots[slot] = null;
        _generations[slot]++;
        _freeSlots.Push(slot);
    }

    internal override void BreakConnections()
    {
        for (int slot = 0; slot < _usedSlots; slot++)
            (_slots[slot] as EpollConnection)?.Fail(SocketError.OperationAborted);
    }

    private protected override void OnStarted()
    {
        Libc.UseTightTimers();
        Check(Libc.EpollControl(_epoll, Libc.EpollCtlAdd, (int)_wake.DangerousGetHandle(), Libc.EpollIn, WakeData));
    }

    private protected override void Poll(long nanoseconds)
    {
        int ready = Wait(nanoseconds);
        Woke();
        for (int i = 0; i < ready; i++)
        {
            ulong data = Libc.DataAt(_events, i);
            if (data == WakeData)
            {
                ulong count;
                _ = Libc.read((int)_wake.DangerousGetHandle(), &count, sizeof(ulong));
                continue;
            }

            int slot = (int)(uint)data;
            if (_generations[slot] != (uint)(data >> 32))
                continue;
            uint events = Libc.EventsAt(_events, i);

            // What reads only is stamped as its read returns.
            if (events != Libc.EpollIn)
                StampNext();
            _slots[slot]?.OnEvents(events);
        }
    }

    private protected override void Wake()
    {
        ulong one = 1;
        try
        {
            _ = Libc.write(_wake, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The loop has ended in the meantime: nobody is left to wake.
        }
    }

    private protected override void OnStopped()
    {
        for (int slot = 0; slot < _usedSlots; slot++)
            _slots[slot]?.Shut();
        _ = Libc.close(_epoll);
        _wake.Dispose();
        NativeMemory.Free(_events);
    }

    private int Wait(long nanoseconds)
    {
        Libc.Timespec timeout = new() { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        int ready = -1;
        if (_hasNanosecondWait)
        {
            ready = Libc.EpollWait(_epoll, _events, EventCapacity, nanoseconds == long.MaxValue ? null : &timeout);
            if (ready < 0 && Libc.LastError is Libc.ErrorNotImplemented or Libc.ErrorNotPermitted)
                _hasNanosecondWait = false;
        }

        if (!_hasNanosecondWait)
        {
            // A kernel before 5.11: whole milliseconds, rounded up so that the loop does not spin on the rest.
            int milliseconds = nanoseconds == long.MaxValue ? -1 : (int)Math.Min(int.MaxValue, (nanoseconds + 999_999) / 1_000_000);
            ready = Libc.epoll_wait(_epoll, _events, EventCapacity, milliseconds);
        }

        return Math.Max(ready, 0);
    }

    /// <exception cref="SocketException">The call failed.</exception>
    internal static int Check(int result) =>
        result >= 0 ? result : throw new SocketException((int)Failures.SocketErrorOf(Libc.LastError));
}

/// <summary>What an event of epoll is delivered to.</summary>
internal interface IEpollChannel
{
    void OnEvents(uint events);

    /// <summary>Closes without telling the owner: the loop ends.</summary>
    void Shut();
}
