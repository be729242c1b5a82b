using Error = System.Net.Sockets.SocketError;

namespace LoadTool.Sockets;

/// <summary>
/// Why a connection failed, finer than <see cref="Windows.Web.WebErrorStatus"/>, which folds port exhaustion and a refused port into one value.
/// </summary>
/// <param name="Phase">How far the connection had come.</param>
/// <param name="SocketError">What the system said, if it was the system.</param>
/// <param name="HttpStatus">The status of an HTTP answer that was no upgrade, or of a proxy that gave no tunnel.</param>
/// <param name="CloseCode">The code of the Close frame received or sent because of it.</param>
/// <param name="IsClientExhaustion">True when this machine ran out of ports, descriptors, buffers or permission: the target is not to blame.</param>
/// <param name="Detail">A few words where no number says it; one of a small fixed set.</param>
public readonly record struct FailureCause(
    ConnectionPhase Phase,
    Error? SocketError = null,
    int? HttpStatus = null,
    ushort? CloseCode = null,
    bool IsClientExhaustion = false,
    string? Detail = null)
{
    /// <summary>
    /// A few words for a table of failures: <c>connection refused</c>, <c>too many open files</c>, <c>HTTP 404</c>, <c>close 4001</c>.
    /// </summary>
    public override string ToString() => this switch
    {
        { HttpStatus: int status, Detail: string detail } => $"HTTP {status}, {detail}",
        { HttpStatus: int status } => $"HTTP {status}",
        { Detail: string detail } => detail,
        { SocketError: Error error } => Describe(error),
        { CloseCode: ushort code } => $"close {code}",
        _ => "unknown",
    };

    private static string Describe(Error error) => error switch
    {
        Error.AccessDenied => "access denied",
        Error.AddressAlreadyInUse => "local address in use",
        Error.AddressFamilyNotSupported => "address family not supported",
        Error.AddressNotAvailable => "no local port left",
        Error.ConnectionAborted => "connection aborted",
        Error.ConnectionRefused => "connection refused",
        Error.ConnectionReset => "connection reset",
        Error.HostDown => "host down",
        Error.HostNotFound or Error.NoData => "name not resolved",
        Error.TryAgain or Error.NoRecovery => "name server failed",
        Error.HostUnreachable => "host unreachable",
        Error.InvalidArgument => "invalid local address",
        Error.NetworkDown => "network down",
        Error.NetworkReset => "network reset",
        Error.NetworkUnreachable => "network unreachable",
        Error.NoBufferSpaceAvailable => "no buffer space",
        Error.OperationAborted => "closed locally",
        Error.Shutdown => "broken pipe",
        Error.TimedOut => "timed out",
        Error.TooManyOpenSockets => "too many open files",
        _ => $"socket error {(int)error}",
    };
}
