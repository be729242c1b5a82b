using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>Makes every exception of the library: the right type with the right HRESULT, and never an inner exception.</summary>
internal static class Failures
{
    /// <summary>The system refused an operation.</summary>
    public static WebSocketTransportException FromSocketError(ConnectionPhase phase, SocketError error)
    {
        int hresult = phase switch
        {
            _ when error == SocketError.OperationAborted => HResults.OperationAborted,
            _ when error == SocketError.TimedOut => HResults.Timeout,
            ConnectionPhase.Dns => HResults.NameNotResolved,
            ConnectionPhase.Tcp => WhileConnecting(error),
            ConnectionPhase.Proxy or ConnectionPhase.Tls or ConnectionPhase.Upgrade when error == SocketError.ConnectionReset => HResults.ConnectionReset,
            _ => OnceConnected(error),
        };
        return new(hresult, new(phase, error, IsClientExhaustion: IsClientExhaustion(error)));
    }

    /// <summary>
    /// The peer reset the connection under a stream's read, or before it was open. Messages report a reset as aborted (FromSocketError).
    /// </summary>
    public static WebSocketTransportException ConnectionReset(ConnectionPhase phase) =>
        new(HResults.ConnectionReset, new(phase, SocketError.ConnectionReset));

    /// <summary>The connection ended without a Close frame; or, with a code, the peer's Close frame made the operation impossible.</summary>
    public static WebSocketTransportException ConnectionAborted(ConnectionPhase phase, ushort? closeCode = null) =>
        new(HResults.ConnectionAborted, new(phase, CloseCode: closeCode, Detail: closeCode is null ? "connection lost" : null));

    /// <summary>One of our own limits ran out.</summary>
    public static WebSocketTransportException Timeout(ConnectionPhase phase) => new(HResults.Timeout, new(phase, Detail: "timed out"));

    /// <summary>A local close cut the operation short.</summary>
    public static WebSocketTransportException AbortedLocally(ConnectionPhase phase = ConnectionPhase.Close) =>
        new(HResults.OperationAborted, new(phase, Detail: "closed locally"));

    /// <summary>The upgrade was not accepted.</summary>
    public static WebSocketTransportException FromHandshake(in HandshakeResult result) => result.Outcome switch
    {
        HandshakeOutcome.HttpStatus => HttpStatus(result.Status),
        HandshakeOutcome.UnofferedSubprotocol => new(HResults.SubprotocolNotSupported, new(ConnectionPhase.Upgrade, Detail: result.Problem)),
        HandshakeOutcome.UnofferedExtension => new(HResults.ProtocolExtensionsNotSupported, new(ConnectionPhase.Upgrade, Detail: result.Problem)),
        _ => InvalidResponse(result.Problem!),
    };

    /// <summary>The upgrade was answered by another status than 101.</summary>
    public static WebSocketTransportException HttpStatus(int status) => HttpStatus(new(ConnectionPhase.Upgrade, HttpStatus: status), status);

    /// <summary>The proxy gave no tunnel.</summary>
    public static WebSocketTransportException ProxyStatus(int status) =>
        HttpStatus(new(ConnectionPhase.Proxy, HttpStatus: status, Detail: "refused by the proxy"), status);

    /// <summary>The proxy's answer breaks HTTP.</summary>
    public static WebSocketTransportException InvalidProxyResponse(string problem) =>
        new(HResults.InvalidServerResponse, new(ConnectionPhase.Proxy, Detail: problem));

    private static WebSocketTransportException HttpStatus(in FailureCause cause, int status)
    {
        int hresult = status switch
        {
            _ when WebErrorTable.IsHttpStatusWithValue(status) => HResults.HttpStatusBase + status,
            < 300 => HResults.UnexpectedStatus,
            < 400 => HResults.UnexpectedRedirection,
            < 500 => HResults.UnexpectedClientError,
            _ => HResults.UnexpectedServerError,
        };
        return new(hresult, cause);
    }

    /// <summary>The upgrade was answered by something that breaks HTTP or RFC 6455.</summary>
    public static WebSocketTransportException InvalidResponse(string problem) =>
        new(HResults.InvalidServerResponse, new(ConnectionPhase.Upgrade, Detail: problem));

    /// <summary>The certificate is not accepted; of several errors the most specific is told.</summary>
    public static WebSocketTransportException Certificate(SslPolicyErrors errors, X509ChainStatusFlags chain)
    {
        (int hresult, string detail) = chain switch
        {
            _ when chain.HasFlag(X509ChainStatusFlags.Revoked) => (HResults.CertificateRevoked, "certificate revoked"),
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => (HResults.CertificateNameInvalid, "certificate for another name"),
            _ when chain.HasFlag(X509ChainStatusFlags.NotTimeValid) => (HResults.CertificateDateInvalid, "certificate expired"),
            _ when (chain & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0 =>
                (HResults.InvalidCertificateAuthority, "certificate not trusted"),
            _ => (HResults.CertificateErrors, "certificate error"),
        };
        return new(hresult, new(ConnectionPhase.Tls, Detail: detail));
    }

    /// <summary>A handler of ServerCustomValidationRequested called Reject.</summary>
    public static WebSocketTransportException CertificateRejected() =>
        new(HResults.SecurityProblem, new(ConnectionPhase.Tls, Detail: "certificate rejected"));

    /// <summary>TLS could not be agreed on: no common version or cipher, an alert, or a server that speaks something else.</summary>
    public static WebSocketTransportException TlsFailed() =>
        new(HResults.SecurityChannelError, new(ConnectionPhase.Tls, Detail: "TLS handshake failed"));

    /// <summary>TLS ended after its handshake by an alert, which is also how a server may refuse a client's certificate, or by a broken record.</summary>
    public static WebSocketTransportException TlsBroken(ConnectionPhase phase) =>
        new(HResults.SecurityChannelError, new(phase, Detail: "TLS alert or broken record"));

    /// <summary>The peer's frames or text break RFC 6455.</summary>
    public static WebSocketTransportException ProtocolViolation(FrameException violation) =>
        new(HResults.InvalidProtocolFormat, new(ConnectionPhase.Open, CloseCode: violation.CloseCode, Detail: violation.Message));

    /// <summary>A received message is longer than MaxMessageSize.</summary>
    public static WebSocketTransportException MessageTooBig() =>
        new(HResults.MessageTooBig, new(ConnectionPhase.Open, CloseCode: CloseCodes.MessageTooBig, Detail: "message too big"));

    /// <summary>A second operation was started during one in progress.</summary>
    public static WebSocketTransportException Busy(string operation) =>
        new(HResults.InvalidOperation, new(ConnectionPhase.None, Detail: $"{operation} is still in progress."));

    /// <summary>The caller's token.</summary>
    public static OperationCanceledException Cancelled(CancellationToken token) =>
        new("The operation was cancelled.", token) { HResult = HResults.Cancelled };

    /// <summary>The object was closed before the call.</summary>
    public static ObjectDisposedException Closed(string objectName) => new(objectName) { HResult = HResults.Closed };

    /// <summary>The call is not allowed in the object's state.</summary>
    public static InvalidOperationException IllegalCall(string message) => new(message) { HResult = HResults.IllegalMethodCall };

    /// <summary>An argument is wrong whatever the state.</summary>
    public static ArgumentException InvalidArgument(string message, string? parameter = null) =>
        new(message, parameter) { HResult = HResults.InvalidArgument };

    /// <summary>More was asked for than there is.</summary>
    public static ArgumentOutOfRangeException OutOfBounds(string message) => new(null, message) { HResult = HResults.Bounds };

    /// <summary>This machine, not the target, is what ran out.</summary>
    public static bool IsClientExhaustion(SocketError error) => error is SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse
        or SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AccessDenied;

    /// <summary>Translates errno of Linux (asm-generic/errno.h), so that every transport reports alike.</summary>
    public static SocketError SocketErrorOf(int errno) => errno switch
    {
        0 => SocketError.Success,
        1 or 13 => SocketError.AccessDenied,                 // EPERM, EACCES
        4 => SocketError.Interrupted,                        // EINTR
        9 or 125 => SocketError.OperationAborted,            // EBADF, ECANCELED
        11 => SocketError.WouldBlock,                        // EAGAIN
        12 or 105 => SocketError.NoBufferSpaceAvailable,     // ENOMEM, ENOBUFS
        14 => SocketError.Fault,                             // EFAULT
        22 => SocketError.InvalidArgument,                   // EINVAL
        23 or 24 => SocketError.TooManyOpenSockets,          // ENFILE, EMFILE
        32 => SocketError.Shutdown,                          // EPIPE
        88 => SocketError.NotSocket,                         // ENOTSOCK
        90 => SocketError.MessageSize,                       // EMSGSIZE
        92 => SocketError.ProtocolOption,                    // ENOPROTOOPT
        93 => SocketError.ProtocolNotSupported,              // EPROTONOSUPPORT
        95 => SocketError.OperationNotSupported,             // EOPNOTSUPP
        97 => SocketError.AddressFamilyNotSupported,         // EAFNOSUPPORT
        98 => SocketError.AddressAlreadyInUse,               // EADDRINUSE
        99 => SocketError.AddressNotAvailable,               // EADDRNOTAVAIL
        100 => SocketError.NetworkDown,                      // ENETDOWN
        101 => SocketError.NetworkUnreachable,               // ENETUNREACH
        102 => SocketError.NetworkReset,                     // ENETRESET
        103 => SocketError.ConnectionAborted,                // ECONNABORTED
        104 => SocketError.ConnectionReset,                  // ECONNRESET
        106 => SocketError.IsConnected,                      // EISCONN
        107 => SocketError.NotConnected,                     // ENOTCONN
        110 => SocketError.TimedOut,                         // ETIMEDOUT
        111 => SocketError.ConnectionRefused,                // ECONNREFUSED
        112 => SocketError.HostDown,                         // EHOSTDOWN
        113 => SocketError.HostUnreachable,                  // EHOSTUNREACH
        114 => SocketError.AlreadyInProgress,                // EALREADY
        115 => SocketError.InProgress,                       // EINPROGRESS
        _ => SocketError.SocketError,
    };

    private static int WhileConnecting(SocketError error) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => HResults.NameNotResolved,
        SocketError.NetworkUnreachable or SocketError.NetworkDown => HResults.ServerUnreachable,
        SocketError.HostUnreachable or SocketError.HostDown => HResults.ServerUnreachable,
        SocketError.ConnectionReset => HResults.ConnectionReset,
        SocketError.ConnectionAborted => HResults.ConnectionAborted,
        _ => HResults.CannotConnect,
    };

    private static int OnceConnected(SocketError error) => error switch
    {
        SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.NetworkReset => HResults.Disconnected,
        SocketError.HostUnreachable or SocketError.HostDown => HResults.ServerUnreachable,
        _ => HResults.ConnectionAborted,
    };
}
