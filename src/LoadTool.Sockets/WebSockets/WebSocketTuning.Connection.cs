using System.Net;
using LoadTool.Sockets;

namespace Windows.Networking.Sockets;

/// <content>From a URI to an open socket.</content>
public sealed partial class WebSocketTuning
{
    /// <summary>
    /// SO_RCVBUF in bytes; 0, the default, leaves the system's own tuning in force. It also bounds the window that the server may fill. Linux doubles it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public uint ReceiveBufferSizeInBytes { get; set => field = BeforeConnect(value, nameof(ReceiveBufferSizeInBytes)); }

    /// <summary>
    /// SO_LINGER: null, the default, ends TCP in order; <see cref="TimeSpan.Zero"/> ends it with a RST, which leaves no TIME_WAIT behind and may
    /// cost the server what it has not read yet, a Close frame too. A longer time is not offered: Linux would wait it out inside close, and with it
    /// the whole loop.
    /// </summary>
    /// <exception cref="ArgumentException">E_INVALIDARG: another time than zero.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public TimeSpan? Linger
    {
        get;
        set => field = value is null || value == TimeSpan.Zero
            ? BeforeConnect(value, nameof(Linger))
            : throw Failures.InvalidArgument("Linger is null or zero: a longer time would hold up the whole loop.", nameof(value));
    }

    /// <summary>
    /// This end's address; null, the default, lets the system choose. Each address has ports of its own, so several of them take a machine past the
    /// 28,000 connections or so that it can have to one server. Only addresses of the server of the same kind (IPv4, IPv6) are tried.
    /// </summary>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public IPAddress? LocalAddress { get; set => field = BeforeConnect(value, nameof(LocalAddress)); }

    /// <summary>
    /// This end's port is one of these; null, the default, for the system's own range. Ports in use are passed over; with none left the connect fails,
    /// and <see cref="FailureCause.IsClientExhaustion"/> says whose fault that was.
    /// </summary>
    /// <exception cref="ArgumentException">E_INVALIDARG: a range that was never given its ends.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public PortRange? LocalPorts
    {
        get;
        set => field = value is null or { First: > 0 }
            ? BeforeConnect(value, nameof(LocalPorts))
            : throw Failures.InvalidArgument("The range has no ports.", nameof(value));
    }
}
