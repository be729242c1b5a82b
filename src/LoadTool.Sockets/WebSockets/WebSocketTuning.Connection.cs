using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;

namespace Windows.Networking.Sockets;

/// <content>From a URI to an open socket.</content>
public sealed partial class WebSocketTuning
{
    /// <summary>Limit of each phase of connecting (Windows documents 60 s for TCP with each address).</summary>
    internal static readonly TimeSpan DefaultConnectLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long resolving the server's name may take; 60 s by default. The attempt ends at once then, as it does when it is cancelled or the socket
    /// disposed: a resolver that still waits is left to itself.
    /// </summary>
    /// <inheritdoc cref="TcpLimit" path="/exception"/>
    public TimeSpan DnsLimit { get; set => field = CheckedLimit(value, nameof(DnsLimit)); } = DefaultConnectLimit;

    /// <summary>How long TCP may take with each address; 60 s by default. <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</summary>
    /// <exception cref="ArgumentException">E_INVALIDARG: not above zero, or above 24 days.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public TimeSpan TcpLimit { get; set => field = CheckedLimit(value, nameof(TcpLimit)); } = DefaultConnectLimit;

    /// <summary>How long a proxy's answer may take; 60 s by default.</summary>
    /// <inheritdoc cref="TcpLimit" path="/exception"/>
    public TimeSpan ProxyLimit { get; set => field = CheckedLimit(value, nameof(ProxyLimit)); } = DefaultConnectLimit;

    /// <summary>How long TLS may take, with the handlers that judge the server; 60 s by default.</summary>
    /// <inheritdoc cref="TcpLimit" path="/exception"/>
    public TimeSpan TlsLimit { get; set => field = CheckedLimit(value, nameof(TlsLimit)); } = DefaultConnectLimit;

    /// <summary>How long the answer to the upgrade request may take; 60 s by default.</summary>
    /// <inheritdoc cref="TcpLimit" path="/exception"/>
    public TimeSpan UpgradeLimit { get; set => field = CheckedLimit(value, nameof(UpgradeLimit)); } = DefaultConnectLimit;

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

    /// <summary>
    /// An HTTP proxy that is asked for a tunnel (CONNECT), for ws and wss alike: <c>http://host:port</c>. Null, the default, connects directly whatever the
    /// environment says. The proxy resolves the server's name, and is shown <see cref="IWebSocketControl.ProxyCredential"/> if it asks for Basic, but neither
    /// the server's credential nor the request's headers. One that cannot be reached fails as TCP, one that refuses as <see cref="ConnectionPhase.Proxy"/>.
    /// </summary>
    /// <exception cref="ArgumentException">E_INVALIDARG: no absolute http URI, or one that holds a password.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public Uri? ProxyAddress
    {
        get;
        set => field = value is null or { IsAbsoluteUri: true, Scheme: "http", UserInfo: "" }
            ? BeforeConnect(value, nameof(ProxyAddress))
            : throw Failures.InvalidArgument("A proxy's address reads http://host:port; its credential goes to Control.ProxyCredential.", nameof(value));
    }

    /// <summary>
    /// Where TCP goes in place of the URI's host, which still names the server in the Host header and in TLS: a name or address, with a port if it is not
    /// the URI's (<c>10.0.0.7</c>, <c>[::1]:8443</c>, <c>canary.internal:443</c>). Null, the default, for the URI's own.
    /// </summary>
    /// <exception cref="ArgumentException">E_INVALIDARG: no such place.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public string? ConnectTo
    {
        get;
        set
        {
            if (value is not null)
                _ = PlaceOf(value);
            field = BeforeConnect(value, nameof(ConnectTo));
        }
    }

    /// <summary>
    /// The name that the TLS handshake sends (SNI) and looks for in the server's certificate, in place of the URI's host; null, the default, for that one.
    /// </summary>
    /// <exception cref="ArgumentException">E_INVALIDARG: empty.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public string? TlsHostName
    {
        get;
        set => field = value is null or { Length: > 0 } ? BeforeConnect(value, nameof(TlsHostName)) : throw Failures.InvalidArgument("There is no name.", nameof(value));
    }

    /// <summary>
    /// The versions of TLS offered; <see cref="SslProtocols.None"/>, the default, offers those that the system finds good. No protocol is offered by ALPN:
    /// without one a server speaks HTTP/1.1, which is what is upgraded.
    /// </summary>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public SslProtocols TlsProtocols { get; set => field = BeforeConnect(value, nameof(TlsProtocols)); }

    /// <summary>The cipher suites offered, and no others; null, the default, for the system's.</summary>
    /// <exception cref="ArgumentException">E_INVALIDARG: an empty list.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    /// <exception cref="PlatformNotSupportedException">On Windows, where this is the administrator's choice.</exception>
    public IReadOnlyList<TlsCipherSuite>? TlsCipherSuites
    {
        get;
        set
        {
            if (value is { Count: 0 })
                throw Failures.InvalidArgument("There are no cipher suites.", nameof(value));
            field = BeforeConnect(value, nameof(TlsCipherSuites));
            CipherSuites = value is null ? null : PolicyOf(value);
        }
    }

    internal CipherSuitesPolicy? CipherSuites { get; private set; }

    /// <summary>The server that TCP is to reach, by whatever way.</summary>
    internal (string Host, int? Port)? Place => ConnectTo is { } place ? PlaceOf(place) : null;

    /// <summary>In place of the system's resolver; for tests, since no name has the same addresses on every machine.</summary>
    internal Func<string, Task<IPAddress[]>>? Resolver { get; set; }

    /// <summary>Trusted in place of the system's roots; for tests.</summary>
    internal X509Certificate2Collection? TrustedRoots { get; set; }

    internal TimeSpan LimitOf(ConnectionPhase phase) => phase switch
    {
        ConnectionPhase.Dns => DnsLimit,
        ConnectionPhase.Tcp => TcpLimit,
        ConnectionPhase.Proxy => ProxyLimit,
        ConnectionPhase.Tls => TlsLimit,
        _ => UpgradeLimit,
    };

    private static CipherSuitesPolicy PolicyOf(IReadOnlyList<TlsCipherSuite> suites) => OperatingSystem.IsWindows() || OperatingSystem.IsAndroid()
        ? throw new PlatformNotSupportedException("Windows does not let a program choose cipher suites.")
        : new CipherSuitesPolicy(suites);

    /// <exception cref="ArgumentException">It is none.</exception>
    private static (string Host, int? Port) PlaceOf(string place)
    {
        if (IPAddress.TryParse(place, out IPAddress? address) && !place.StartsWith('['))
            return (address.ToString(), null);
        return Uri.TryCreate("place://" + place, UriKind.Absolute, out Uri? uri) && uri is { UserInfo: "", PathAndQuery: "/" or "", Fragment: "", DnsSafeHost.Length: > 0, Port: not 0 }
            ? (uri.DnsSafeHost, uri.IsDefaultPort ? null : uri.Port)
            : throw Failures.InvalidArgument($"A place is host, address, host:port or [address]:port, not {place}.", nameof(place));
    }

    private TimeSpan CheckedLimit(TimeSpan limit, string member) => limit == Timeout.InfiniteTimeSpan || (limit > TimeSpan.Zero && limit.TotalMilliseconds <= int.MaxValue)
        ? BeforeConnect(limit, member)
        : throw Failures.InvalidArgument("A limit is a time above zero and below 24 days, or infinite.", member);
}
