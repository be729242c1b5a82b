using System.Net;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;
using Windows.Security.Cryptography.Certificates;

namespace Windows.Networking.Sockets;

/// <summary>Options that both kinds of sockets have; all are for before the socket connects.</summary>
public abstract class WebSocketControlBase : IWebSocketControl2, ITcpControl
{
    /// <summary>Windows names no default; .NET's own WebSocket has this one.</summary>
    private static readonly TimeSpan DefaultPongInterval = TimeSpan.FromSeconds(30);

    private Rarities? _rarities;

    private protected WebSocketControlBase(WebSocketBase socket) => Socket = socket;

    /// <inheritdoc/>
    public uint OutboundBufferSizeInBytes
    {
        get;
        set
        {
            if (Socket.IsCreated)
                field = value;
        }
    }

    /// <inheritdoc/>
    public IList<string> SupportedProtocols =>
        Own.Protocols ?? Interlocked.CompareExchange(ref Own.Protocols, [], null) ?? Own.Protocols;

    /// <inheritdoc/>
    public NetworkCredential? ServerCredential { get => _rarities?.ServerCredential; set => Own.ServerCredential = Checked(value, nameof(ServerCredential)); }

    /// <inheritdoc/>
    public NetworkCredential? ProxyCredential { get => _rarities?.ProxyCredential; set => Own.ProxyCredential = Checked(value, nameof(ProxyCredential)); }

    /// <summary>
    /// The wished time between pongs that nobody asked for, a heartbeat of one way; 30 s by default.
    /// <see cref="TimeSpan.Zero"/> or <see cref="Timeout.InfiniteTimeSpan"/> sends none.
    /// </summary>
    /// <exception cref="ArgumentException">E_INVALIDARG: another negative time.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public TimeSpan DesiredUnsolicitedPongInterval
    {
        get;
        set
        {
            Socket.RequireNotConnected(nameof(DesiredUnsolicitedPongInterval));
            field = value >= TimeSpan.Zero || value == Timeout.InfiniteTimeSpan
                ? value
                : throw Failures.InvalidArgument("An interval is not negative.", nameof(value));
        }
    } = DefaultPongInterval;

    /// <summary>The time between pongs really used; <see cref="TimeSpan.Zero"/> before the socket is connected, and when none are sent.</summary>
    public TimeSpan ActualUnsolicitedPongInterval =>
        Socket.WasConnected ? PongInterval : TimeSpan.Zero;

    /// <inheritdoc/>
    public bool NoDelay
    {
        get;
        set
        {
            Socket.RequireNotConnected(nameof(NoDelay));
            field = value;
        }
    } = true;

    /// <inheritdoc/>
    public IList<ChainValidationResult> IgnorableServerCertificateErrors => Own.IgnorableErrors ??= [];

    /// <summary>Shown to a server that asks for a certificate, with its private key; null, the default, shows none.</summary>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public X509Certificate2? ClientCertificate
    {
        get => _rarities?.ClientCertificate;
        set
        {
            Socket.RequireNotConnected(nameof(ClientCertificate));
            Own.ClientCertificate = value is null or { HasPrivateKey: true } ? value : throw Failures.InvalidArgument("A client's certificate needs its private key.", nameof(value));
        }
    }

    /// <summary>
    /// True, the default, lets TLS resume an earlier session with the same server, as browsers do; false makes every handshake a full one,
    /// which costs the server most; <see cref="WebSocketInformationBase.IsTlsResumed"/> tells. .NET resumes where the URI names the server, not where it holds an address. An addition to the documented surface.
    /// </summary>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public bool AllowTlsResume
    {
        get;
        set
        {
            Socket.RequireNotConnected(nameof(AllowTlsResume));
            field = value;
        }
    } = true;

    /// <summary>What the Windows documents have no word for; made when first asked for. An addition to the documented surface.</summary>
    public WebSocketTuning Tuning => Own.Tuning ?? Interlocked.CompareExchange(ref Own.Tuning, new WebSocketTuning(Socket), null) ?? Own.Tuning;

    /// <summary>What is to be offered now; asking makes no list where there is none.</summary>
    internal IReadOnlyList<string> OfferedProtocols => _rarities?.Protocols is { Count: > 0 } offered ? [.. offered] : [];

    /// <summary>Null while nothing was tuned: most sockets never are, and should not pay for it.</summary>
    internal WebSocketTuning? TuningIfAny => _rarities?.Tuning;

    internal ConnectionOptions ConnectionOptions => new(
        NoDelay,
        (int)Math.Min(int.MaxValue, OutboundBufferSizeInBytes),
        (int)Math.Min(int.MaxValue, TuningIfAny?.ReceiveBufferSizeInBytes ?? 0),
        ResetsOnClose: TuningIfAny?.Linger is not null,
        TuningIfAny?.LocalAddress,
        TuningIfAny?.LocalPorts);

    /// <summary>The time between pongs; zero for none.</summary>
    internal TimeSpan PongInterval => DesiredUnsolicitedPongInterval > TimeSpan.Zero ? DesiredUnsolicitedPongInterval : TimeSpan.Zero;

    /// <summary>What is to be forgiven, of this socket alone; asking makes no list where there is none.</summary>
    internal IReadOnlyList<ChainValidationResult> ForgivenErrors => _rarities?.IgnorableErrors is { } forgiven ? [.. forgiven] : [];

    private protected WebSocketBase Socket { get; }

    private Rarities Own => _rarities ?? Interlocked.CompareExchange(ref _rarities, new Rarities(), null) ?? _rarities;

    private NetworkCredential? Checked(NetworkCredential? credential, string member)
    {
        Socket.RequireConnectNotCalledNorDisposed(member);
        return credential is null or { UserName.Length: > 0 }
            ? credential
            : throw Failures.InvalidArgument("A credential needs a user name.", member);
    }

    /// <summary>What most sockets never set, and should not pay for.</summary>
    private sealed class Rarities
    {
        internal List<string>? Protocols;
        internal WebSocketTuning? Tuning;

        internal NetworkCredential? ServerCredential { get; set; }

        internal NetworkCredential? ProxyCredential { get; set; }

        internal IList<ChainValidationResult>? IgnorableErrors { get; set; }

        internal X509Certificate2? ClientCertificate { get; set; }
    }
}
