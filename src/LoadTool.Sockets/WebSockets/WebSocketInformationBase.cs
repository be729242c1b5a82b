using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;
using Windows.Security.Cryptography.Certificates;

namespace Windows.Networking.Sockets;

/// <summary>What is known about a socket of either kind; readable at any time.</summary>
public abstract class WebSocketInformationBase : IWebSocketInformation2
{
    private const uint BitsPerByte = 8;

    /// <summary>A loop's turn takes less by far, unless its scripts block it.</summary>
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(1);

    // Apart, because most sockets have the same address.
    private IPAddress? _local;
    private ushort _localPort;
    private uint _socketId;

    private protected WebSocketInformationBase()
    {
    }

    /// <inheritdoc/>
    public HostName? LocalAddress => _local is null ? null : new HostName(_local.ToString());

    /// <summary>
    /// What <see cref="ReadTcpInfo"/> knows of it: the rate of delivery is the bandwidth out, a lower bound unless the sender is held back. The system
    /// estimates nothing else, so the rest is zero or false, as all is where there is nothing to read.
    /// </summary>
    public BandwidthStatistics BandwidthStatistics =>
        ReadTcpInfo() is { } info ? new() { OutboundBitsPerSecond = (ulong)info.DeliveryBytesPerSecond * BitsPerByte } : default;

    /// <inheritdoc/>
    public string? Protocol => Channel is null ? null : Handshake?.Subprotocol;

    /// <summary>
    /// A small number that tells this socket from the others of a run, from 1, as reports name it; of a process outside of runs from the others of its event
    /// loop. 0 before its first connect. After 4 thousand million sockets numbers come again. An addition to the documented surface.
    /// </summary>
    public uint SocketId => _socketId;

    /// <summary>This end's address and port; null before the connection is made. An addition to the documented surface.</summary>
    public IPEndPoint? LocalEndPoint => _local is null ? null : new IPEndPoint(_local, _localPort);

    /// <inheritdoc/>
    public X509Certificate2? ServerCertificate => Tls?.Validation.Certificate;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> ServerIntermediateCertificates => Tls?.Validation.Intermediates ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<ChainValidationResult> ServerCertificateErrors => Tls?.Validation.Errors ?? [];

    /// <inheritdoc/>
    public SocketSslErrorSeverity ServerCertificateErrorSeverity => Tls?.Validation.Severity ?? SocketSslErrorSeverity.None;

    /// <summary>The version of TLS agreed on; null without TLS. An addition to the documented surface.</summary>
    public SslProtocols? TlsProtocol => Tls?.Protocol;

    /// <summary>The cipher suite agreed on; null without TLS. An addition to the documented surface.</summary>
    public TlsCipherSuite? TlsCipherSuite => Tls?.CipherSuite;

    /// <summary>
    /// True when the TLS handshake resumed an earlier session with the server, false when it made a new one; null without TLS, or where it could not be told.
    /// An addition to the documented surface.
    /// </summary>
    public bool? IsTlsResumed => Tls?.IsResumed;

    /// <summary>
    /// What the system knows of the TCP connection at this moment, at the cost of a system call. Null while there is none, and on other systems than
    /// Linux. Elsewhere than on the socket's loop, which alone knows that the connection is still its own, the caller waits for the loop's next turn: a
    /// second at most, then null; another loop does not wait, and gets null. An addition to the documented surface.
    /// </summary>
    public TcpInfo? ReadTcpInfo()
    {
        if (Channel is not { } channel)
            return null;
        if (channel.Loop.IsCurrent)
            return channel.Connection?.ReadTcpInfo();
        return EventLoop.Current is null ? ReadFromOutside(channel) : null;
    }

    /// <summary>How the last attempt to connect went, also when it failed; null before the first. An addition to the documented surface.</summary>
    public HandshakeInfo? Handshake { get; private set; }

    /// <summary>What permessage-deflate did so far; null when it was not agreed on. An addition to the documented surface.</summary>
    public CompressionFigures? Compression => Channel?.Compression?.Figures;

    /// <summary>Null without TLS.</summary>
    internal TlsFacts? Tls { get; set; }

    /// <summary>Null before the connection is made.</summary>
    private ClientChannel? Channel { get; set; }

    /// <summary>The connection is made.</summary>
    internal void Connected(ClientChannel channel)
    {
        Channel = channel;
        if (channel.Connection!.LocalEndPoint is { } local)
            (_local, _localPort) = (channel.Loop.OneOf(local.Address), (ushort)local.Port);
    }

    private static TcpInfo? ReadFromOutside(ClientChannel channel)
    {
        TaskCompletionSource<TcpInfo?> read = new();
        channel.Loop.Post(_ => read.SetResult(channel.Connection?.ReadTcpInfo()), null);
        return read.Task.Wait(LongestRead) ? read.Task.Result : null;
    }

    /// <summary>Of the last handshake nothing is known any more: an attempt begins.</summary>
    internal void Begin(HandshakeInfo handshake, EventLoop loop)
    {
        if (_socketId == 0)
            _socketId = loop.TakeSocketId();
        Handshake = handshake;
        if (Tls is not null)
            Tls = new TlsFacts(Tls.Validation);
    }
}
