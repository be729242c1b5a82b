namespace Windows.Networking.Sockets;

/// <summary>
/// What a load tester sets on a socket and the Windows documents have no word for: an addition to the documented surface, apart from it. Every member
/// has a default that leaves the socket as documented; unless a member says otherwise it is for before the socket connects.
/// </summary>
public sealed partial class WebSocketTuning
{
    private readonly WebSocketBase _socket;

    internal WebSocketTuning(WebSocketBase socket) => _socket = socket;

    private T BeforeConnect<T>(T value, string member)
    {
        _socket.RequireNotConnected(member);
        return value;
    }
}
