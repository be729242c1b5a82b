using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using LoadTool.Cli.Commands;
using LoadTool.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>
/// A network of this process's own (Linux: a network namespace), with one TUN device in it. It has no name and no trace in the file system: with the last
/// thread, process and socket in it, it is gone. Needs root and <c>/dev/net/tun</c>.
/// </summary>
internal sealed unsafe partial class NetworkNamespace : IDisposable
{
    private const int NewNetwork = 0x40000000;
    private const int ReadWrite = 2;
    private const nuint SetTunDevice = 0x400454ca;
    private const nuint SetFlags = 0x8914;
    private const nuint SetAddress = 0x8916;
    private const nuint SetMask = 0x891c;
    private const nuint SetMtu = 0x8922;

    /// <summary>Packets of IP as they are, without a header of the driver's.</summary>
    private const short TunWithoutHeader = 0x1001;

    private const short UpAndRunning = 0x41;
    private const int RequestBytes = 40;
    private const int NameBytes = 16;
    private const int Datagram = 2;
    private const string DeviceName = "relay";

    private readonly IPAddress _address;
    private int _descriptor = -1;

    private NetworkNamespace(IPAddress address) => _address = address;

    /// <summary>The TUN device's descriptor, to be read and written from anywhere until the namespace is disposed.</summary>
    internal int Device { get; private set; } = -1;

    /// <summary>Makes a network whose only way out is its TUN device.</summary>
    /// <param name="address">Of the device, in a network of 256.</param>
    /// <exception cref="UsageException">This machine cannot have one.</exception>
    internal static NetworkNamespace Create(IPAddress address)
    {
        NetworkNamespace made = new(address);
        try
        {
            OnThread(() =>
            {
                made.Open();
                return true;
            });
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Moves the calling thread into the network, for good: what sockets it makes and what processes it starts are there.</summary>
    internal void Enter() => Check(setns(_descriptor, NewNetwork), "enter a network namespace");

    /// <summary>Does something inside, on a thread of its own.</summary>
    internal T Run<T>(Func<T> work) => OnThread(() =>
    {
        Enter();
        return work();
    });

    public void Dispose()
    {
        foreach (int descriptor in (int[])[_descriptor, Device])
        {
            if (descriptor >= 0)
                _ = Libc.close(descriptor);
        }

        (_descriptor, Device) = (-1, -1);
    }

    private static T OnThread<T>(Func<T> work)
    {
        // Not a pool's: a thread that has moved does not come back.
        TaskCompletionSource<T> done = new();
        Thread thread = new(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        thread.Start();
        thread.Join();
        return done.Task.GetAwaiter().GetResult();
    }

    private void Open()
    {
        Check(unshare(NewNetwork), "make a network namespace");
        _descriptor = Check(Open("/proc/thread-self/ns/net", Libc.CloseOnExec), "open a network namespace");
        Device = Check(Open("/dev/net/tun", ReadWrite | Libc.NonBlocking | Libc.CloseOnExec), "open /dev/net/tun");
        Span<byte> request = Request(DeviceName);
        MemoryMarshal.Write(request[NameBytes..], TunWithoutHeader);
        Control(Device, SetTunDevice, request, "make a TUN device");
        int socket = Check(Libc.socket(Libc.AddressFamilyIPv4, Datagram | Libc.CloseOnExec, 0), "make a socket");
        try
        {
            Address(socket, SetAddress, _address);
            Address(socket, SetMask, IPAddress.Parse("255.255.255.0"));
            request = Request(DeviceName);
            MemoryMarshal.Write(request[NameBytes..], PacketLink.MaxPacketBytes);
            Control(socket, SetMtu, request, "set the MTU");
            Up(socket, DeviceName);
            Up(socket, "lo");
        }
        finally
        {
            _ = Libc.close(socket);
        }
    }

    private static void Up(int socket, string device)
    {
        Span<byte> request = Request(device);
        MemoryMarshal.Write(request[NameBytes..], UpAndRunning);
        Control(socket, SetFlags, request, "bring a device up");
    }

    private static void Address(int socket, nuint what, IPAddress address)
    {
        Span<byte> request = Request(DeviceName);
        MemoryMarshal.Write(request[NameBytes..], (ushort)Libc.AddressFamilyIPv4);
        BinaryPrimitives.WriteUInt16BigEndian(request[(NameBytes + 2)..], 0);
        address.TryWriteBytes(request[(NameBytes + 4)..], out _);
        Control(socket, what, request, "give a device its address");
    }

    /// <summary>struct ifreq, which begins with the device's name.</summary>
    private static byte[] Request(string device)
    {
        byte[] request = new byte[RequestBytes];
        Encoding.ASCII.GetBytes(device, request);
        return request;
    }

    private static void Control(int descriptor, nuint what, Span<byte> request, string purpose)
    {
        fixed (byte* start = request)
            Check(ioctl(descriptor, what, start), purpose);
    }

    private static int Open(string path, int flags)
    {
        fixed (byte* name = Encoding.ASCII.GetBytes(path + '\0'))
            return open(name, flags, 0);
    }

    /// <exception cref="UsageException">The call failed.</exception>
    private static int Check(int result, string purpose) => result >= 0
        ? result
        : throw new UsageException($"--via is not available: cannot {purpose} ({Marshal.GetPInvokeErrorMessage(Marshal.GetLastSystemError())}); it needs Linux, root, and /dev/net/tun");

    [LibraryImport("libc")]
    private static partial int unshare(int flags);

    [LibraryImport("libc")]
    private static partial int setns(int descriptor, int kind);

    [LibraryImport("libc")]
    private static partial int open(byte* path, int flags, int mode);

    [LibraryImport("libc")]
    private static partial int ioctl(int descriptor, nuint request, byte* argument);
}
