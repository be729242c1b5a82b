using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LoadTool.Sockets;

/// <summary>The calls of Linux that the epoll engine makes. Constants are those of x64 and Arm64, which agree but for the event's layout.</summary>
internal static unsafe partial class Libc
{
    internal const int EpollCtlAdd = 1;
    internal const int EpollCtlModify = 3;
    internal const uint EpollIn = 0x001;
    internal const uint EpollOut = 0x004;
    internal const uint EpollError = 0x008;
    internal const uint EpollHangUp = 0x010;

    internal const int AddressFamilyIPv4 = 2;
    internal const int AddressFamilyIPv6 = 10;
    internal const int SocketStream = 1;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int LevelIp = 0;
    internal const int LevelSocket = 1;
    internal const int LevelTcp = 6;
    internal const int OptionReuseAddress = 2;
    internal const int OptionError = 4;
    internal const int OptionSendBuffer = 7;
    internal const int OptionReceiveBuffer = 8;
    internal const int OptionLinger = 13;
    internal const int OptionTcpNoDelay = 1;
    internal const int OptionTcpInfo = 11;
    internal const int OptionBindAddressNoPort = 24;
    internal const int OptionLocalPortRange = 51;
    internal const int ShutdownWrite = 1;
    internal const int MessageDontWait = 0x40;
    internal const int MessageNoSignal = 0x4000;

    internal const int ErrorNotPermitted = 1;
    internal const int ErrorInterrupted = 4;
    internal const int ErrorAgain = 11;
    internal const int ErrorTooManyFiles = 24;
    internal const int ErrorNotImplemented = 38;
    internal const int ErrorInProgress = 115;

    /// <summary>Room for the largest socket address used here (IPv6: 28 bytes).</summary>
    internal const int AddressBytes = 28;

    /// <summary>Up to the last field that is read; the kernel gives no more than asked for.</summary>
    internal const int TcpInfoBytes = 168;

    private const nint SystemCallEpollPwait2 = 441;
    private const int SetTimerSlack = 29;
    private const int LimitOpenFiles = 7;

    /// <summary>The kernel packs epoll_event on x64 only.</summary>
    internal static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int EventDataOffset = EventBytes - sizeof(ulong);

    /// <summary>errno of the call just made on this thread.</summary>
    internal static int LastError => Marshal.GetLastSystemError();

    internal static uint EventsAt(byte* events, int index) => *(uint*)(events + index * EventBytes);

    internal static ulong DataAt(byte* events, int index) => *(ulong*)(events + index * EventBytes + EventDataOffset);

    internal static int EpollControl(int epoll, int operation, int descriptor, uint events, ulong data)
    {
        byte* @event = stackalloc byte[16];
        *(uint*)@event = events;
        *(ulong*)(@event + EventDataOffset) = data;
        return epoll_ctl(epoll, operation, descriptor, @event);
    }

    /// <summary>Waits with a nanosecond timeout. By number, because the C library got the name later than the kernel the call.</summary>
    internal static int EpollWait(int epoll, byte* events, int capacity, Timespec* timeout) =>
        (int)syscall(SystemCallEpollPwait2, epoll, (nint)events, capacity, (nint)timeout, 0, 0);

    /// <summary>Lets timers of this thread fire without the default 50 µs of slack.</summary>
    internal static void UseTightTimers() => prctl(SetTimerSlack, 1, 0, 0, 0);

    internal static int SetOption(int descriptor, int level, int option, int value) => setsockopt(descriptor, level, option, &value, sizeof(int));

    /// <summary>Gives a socket an address and port of this end; port 0 leaves the choice to the system.</summary>
    internal static SocketError Bind(int descriptor, IPAddress address, int port)
    {
        byte* local = stackalloc byte[AddressBytes];
        uint length = WriteAddress(new Span<byte>(local, AddressBytes), new IPEndPoint(address, port));
        return bind(descriptor, local, length) == 0 ? SocketError.Success : Failures.SocketErrorOf(LastError);
    }

    internal static int TakeError(int descriptor)
    {
        int error = 0;
        uint length = sizeof(int);
        return getsockopt(descriptor, LevelSocket, OptionError, &error, &length) == 0 ? error : LastError;
    }

    /// <summary>RLIMIT_NOFILE, soft; null when it cannot be read.</summary>
    internal static long? OpenFilesLimit()
    {
        ulong* limits = stackalloc ulong[2];
        return getrlimit(LimitOpenFiles, limits) == 0 ? (long)Math.Min(limits[0], long.MaxValue) : null;
    }

    /// <summary>Linger 0: the next close sends a RST.</summary>
    internal static void ResetOnClose(int descriptor)
    {
        long onWithZeroSeconds = 1;
        _ = setsockopt(descriptor, LevelSocket, OptionLinger, &onWithZeroSeconds, sizeof(long));
    }

    /// <summary>TCP_INFO; null when it cannot be read.</summary>
    internal static TcpInfo? ReadTcpInfo(int descriptor)
    {
        byte* info = stackalloc byte[TcpInfoBytes];
        uint length = TcpInfoBytes;
        return getsockopt(descriptor, LevelTcp, OptionTcpInfo, info, &length) == 0
            ? TcpInfo.Read(new ReadOnlySpan<byte>(info, (int)Math.Min(length, TcpInfoBytes)))
            : null;
    }

    internal static int FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? AddressFamilyIPv6 : AddressFamilyIPv4;

    /// <summary>Writes a sockaddr_in or sockaddr_in6.</summary>
    /// <returns>Its length in bytes.</returns>
    internal static uint WriteAddress(Span<byte> destination, IPEndPoint endPoint)
    {
        destination[..AddressBytes].Clear();
        MemoryMarshal.Write(destination, (ushort)FamilyOf(endPoint.Address));
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)endPoint.Port);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            endPoint.Address.TryWriteBytes(destination[8..], out _);
            MemoryMarshal.Write(destination[24..], (uint)endPoint.Address.ScopeId);
            return 28;
        }

        endPoint.Address.TryWriteBytes(destination[4..], out _);
        return 16;
    }

    internal static IPEndPoint? ReadAddress(ReadOnlySpan<byte> source) => MemoryMarshal.Read<ushort>(source) switch
    {
        AddressFamilyIPv4 => new IPEndPoint(new IPAddress(source.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(source[2..])),
        AddressFamilyIPv6 => new IPEndPoint(
            new IPAddress(source.Slice(8, 16), MemoryMarshal.Read<uint>(source[24..])), BinaryPrimitives.ReadUInt16BigEndian(source[2..])),
        _ => null,
    };

    internal static IPEndPoint? LocalAddress(int descriptor)
    {
        byte* address = stackalloc byte[AddressBytes];
        uint length = AddressBytes;
        return getsockname(descriptor, address, &length) == 0 ? ReadAddress(new ReadOnlySpan<byte>(address, AddressBytes)) : null;
    }

    internal static IPEndPoint? RemoteAddress(int descriptor)
    {
        byte* address = stackalloc byte[AddressBytes];
        uint length = AddressBytes;
        return getpeername(descriptor, address, &length) == 0 ? ReadAddress(new ReadOnlySpan<byte>(address, AddressBytes)) : null;
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, ulong* limits);

    [LibraryImport("libc")]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    internal static partial int epoll_wait(int epoll, byte* events, int capacity, int milliseconds);

    [LibraryImport("libc")]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc")]
    internal static partial nint read(int descriptor, void* buffer, nuint bytes);

    [LibraryImport("libc")]
    internal static partial nint write(SafeFileHandle descriptor, void* buffer, nuint bytes);

    [LibraryImport("libc")]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc")]
    internal static partial int connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc")]
    internal static partial int bind(int descriptor, byte* address, uint length);

    [LibraryImport("libc")]
    internal static partial int listen(int descriptor, int backlog);

    [LibraryImport("libc")]
    internal static partial int accept4(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport("libc")]
    internal static partial nint recv(int descriptor, byte* buffer, nuint bytes, int flags);

    [LibraryImport("libc")]
    internal static partial nint send(int descriptor, byte* buffer, nuint bytes, int flags);

    [LibraryImport("libc")]
    internal static partial int shutdown(int descriptor, int how);

    [LibraryImport("libc")]
    internal static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* @event);

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc")]
    private static partial int setsockopt(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport("libc")]
    private static partial int getsockopt(int descriptor, int level, int option, void* value, uint* length);

    [LibraryImport("libc")]
    private static partial int getsockname(int descriptor, byte* address, uint* length);

    [LibraryImport("libc")]
    private static partial int getpeername(int descriptor, byte* address, uint* length);

    /// <summary>struct timespec of 64-bit systems.</summary>
    internal struct Timespec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
