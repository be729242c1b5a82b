using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets;
using Windows.Security.Cryptography.Certificates;

namespace Windows.Networking.Sockets;

/// <summary>Options of a <see cref="MessageWebSocket"/>. All but <see cref="MessageType"/> are for before it connects.</summary>
public sealed class MessageWebSocketControl
{
    private readonly MessageWebSocket _socket;
    private SocketMessageType _messageType;
    private uint _maxMessageSize = uint.MaxValue;
    private uint _outboundBufferSizeInBytes;
    private bool _noDelay = true;

    internal MessageWebSocketControl(MessageWebSocket socket) => _socket = socket;

    /// <summary>The type of outgoing messages; binary by default. May be changed at any time; what is received has its own.</summary>
    /// <exception cref="ArgumentException">Not a value of the enumeration.</exception>
    public SocketMessageType MessageType
    {
        get => _messageType;
        set => _messageType = value is SocketMessageType.Binary or SocketMessageType.Utf8
            ? value
            : throw Failures.InvalidArgument($"{(int)value} is no SocketMessageType.", nameof(value));
    }

    /// <summary>The largest message accepted, in bytes; without limit (0xFFFFFFFF) by default.</summary>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public uint MaxMessageSize
    {
        get => _maxMessageSize;
        set
        {
            _socket.RequireNotConnected(nameof(MaxMessageSize));
            _maxMessageSize = value;
        }
    }

    /// <summary>SO_SNDBUF in bytes; 0, the default, leaves the system's own tuning in force. Without effect once connected.</summary>
    public uint OutboundBufferSizeInBytes
    {
        get => _outboundBufferSizeInBytes;
        set
        {
            if (_socket.IsCreated)
                _outboundBufferSizeInBytes = value;
        }
    }

    /// <summary>Subprotocols to offer, in order of preference; changes after the socket is connected have no effect.</summary>
    public IList<string> SupportedProtocols => field ??= [];

    /// <summary>TCP_NODELAY: true, the default, switches Nagle's algorithm off. An addition to the documented surface.</summary>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public bool NoDelay
    {
        get => _noDelay;
        set
        {
            _socket.RequireNotConnected(nameof(NoDelay));
            _noDelay = value;
        }
    }

    /// <summary>
    /// Errors of the server's certificate that do not fail the connection; none by default. Errors that are
    /// <see cref="SocketSslErrorSeverity.Fatal"/> fail it all the same. Changes after the socket is connected have no effect.
    /// </summary>
    public IList<ChainValidationResult> IgnorableServerCertificateErrors => field ??= [];

    /// <summary>Shown to a server that asks for a certificate, with its private key; null, the default, shows none.</summary>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public X509Certificate2? ClientCertificate
    {
        get;
        set
        {
            _socket.RequireNotConnected(nameof(ClientCertificate));
            field = value is null or { HasPrivateKey: true } ? value : throw Failures.InvalidArgument("A client's certificate needs its private key.", nameof(value));
        }
    }

    /// <summary>
    /// True, the default, lets TLS resume an earlier session with the same server, as browsers do; false makes every handshake a full one,
    /// which costs the server most. .NET resumes where the URI names the server, not where it holds an address. An addition to the documented surface.
    /// </summary>
    /// <exception cref="InvalidOperationException">The socket was connected already.</exception>
    public bool AllowTlsResume
    {
        get;
        set
        {
            _socket.RequireNotConnected(nameof(AllowTlsResume));
            field = value;
        }
    } = true;

    internal ConnectionOptions ConnectionOptions => new(_noDelay, (int)Math.Min(int.MaxValue, _outboundBufferSizeInBytes));
}
