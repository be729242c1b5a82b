using LoadTool.Sockets;
using Windows.Web;

namespace LoadTool.EndToEnd.Faults;

/// <summary>What a connect or a receive must fail with.</summary>
internal sealed record Failure(WebErrorStatus Status, int HResult, ConnectionPhase Phase)
{
    public static Failure InvalidResponse { get; } = new(WebErrorStatus.ErrorHttpInvalidServerResponse, HResults.InvalidServerResponse, ConnectionPhase.Upgrade);

    public static Failure Violation { get; } = new(WebErrorStatus.ErrorHttpInvalidServerResponse, HResults.InvalidProtocolFormat, ConnectionPhase.Open);

    public static Failure TooBig { get; } = new(WebErrorStatus.Unknown, HResults.MessageTooBig, ConnectionPhase.Open);

    public static Failure TlsFailed { get; } = new(WebErrorStatus.UnexpectedClientError, HResults.SecurityChannelError, ConnectionPhase.Tls);

    public static Failure Http(WebErrorStatus status, int hresult) => new(status, hresult, ConnectionPhase.Upgrade);

    public static Failure Timeout(ConnectionPhase phase) => new(WebErrorStatus.Timeout, HResults.Timeout, phase);

    public static Failure Aborted(ConnectionPhase phase) => new(WebErrorStatus.ConnectionAborted, HResults.ConnectionAborted, phase);

    /// <summary>Once messages pass, only a stream's read tells a reset as such.</summary>
    public static Failure Reset(ConnectionPhase phase) => new(WebErrorStatus.ConnectionReset, HResults.ConnectionReset, phase);

    /// <summary>As a kind of socket tells it.</summary>
    public Failure For(SocketKind kind) =>
        this == Reset(ConnectionPhase.Open) && kind != SocketKind.Stream ? Aborted(ConnectionPhase.Open) : this;
}
