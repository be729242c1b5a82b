using System.Runtime.InteropServices;
using LoadTool.Sockets;

namespace LoadTool.Cli.Lab;

/// <summary>A TUN device on an event loop: packets that leave its network go into a link, packets out of the other link go into its network.</summary>
internal sealed unsafe partial class TunDevice(EventLoop loop, int descriptor, PacketLink outgoing) : LoopTimer, IEpollChannel
{
    /// <summary>Packets read for one event: then the other direction has its turn.</summary>
    private const int MostAtOnce = 64;

    private const int VersionShift = 4;
    private const int IPv4 = 4;

    private readonly byte[] _packet = new byte[PacketLink.MaxPacketBytes];

    /// <summary>Where packets out of the link go.</summary>
    internal TunDevice? Peer { get; set; }

    public void OnEvents(uint events)
    {
        for (int read = 0; read < MostAtOnce && TryRead(out ReadOnlySpan<byte> packet); read++)
        {
            // The system asks for routers of IPv6, which are no part of what is measured.
            if (packet[0] >> VersionShift == IPv4)
                outgoing.Offer(packet, loop.Now);
        }

        Deliver();
    }

    public void Shut()
    {
        // The namespace closes what it opened.
    }

    internal override void Fire(long dueAt) => Deliver();

    /// <summary>Hands over what is due, and sees to it that the next is when it is.</summary>
    private void Deliver()
    {
        while (outgoing.TryTake(loop.Now, out ReadOnlySpan<byte> packet))
            Peer!.Write(packet);
        if (outgoing.NextDueAt is long dueAt and < long.MaxValue && !IsArmed)
            loop.Arm(this, dueAt);
    }

    private bool TryRead(out ReadOnlySpan<byte> packet)
    {
        fixed (byte* start = _packet)
        {
            nint length = Libc.read(descriptor, start, (nuint)_packet.Length);
            packet = length > 0 ? _packet.AsSpan(0, (int)length) : default;
            return length > 0;
        }
    }

    private void Write(ReadOnlySpan<byte> packet)
    {
        // What the network does not take is lost, as with any network: TCP sends it again.
        fixed (byte* start = packet)
            _ = write(descriptor, start, (nuint)packet.Length);
    }

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, byte* buffer, nuint bytes);
}
