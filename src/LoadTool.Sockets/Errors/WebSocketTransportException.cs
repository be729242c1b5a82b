using Windows.Networking.Sockets;
using Windows.Web;

namespace LoadTool.Sockets;

/// <summary>
/// A connection could not be made or ended other than by a Close frame. Has no inner exception, so that
/// <see cref="Exception.GetBaseException"/> finds this one, and its HRESULT, however often it is wrapped.
/// </summary>
public sealed class WebSocketTransportException : Exception
{
    internal WebSocketTransportException(int hresult, FailureCause cause)
    {
        HResult = hresult;
        Cause = cause;
    }

    /// <summary>The HRESULT's status.</summary>
    public WebErrorStatus Status => WebSocketError.GetStatus(HResult);

    /// <summary>What lies behind the status.</summary>
    public FailureCause Cause { get; }

    /// <summary>The socket it happened to; 0 when that is not known.</summary>
    internal uint SocketId { get; private set; }

    /// <summary>Phase, cause and status in one line.</summary>
    public override string Message => Cause.Phase == ConnectionPhase.None ? Cause.ToString() : $"{Cause.Phase}: {Cause} ({Status}, 0x{HResult:X8}).";

    /// <summary>Notes the socket it happened to.</summary>
    /// <returns>This one.</returns>
    internal WebSocketTransportException Of(uint socketId)
    {
        SocketId = socketId;
        return this;
    }
}
