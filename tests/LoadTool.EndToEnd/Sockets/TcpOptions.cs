using System.Net.Sockets;
using System.Reflection;
using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>What the system says about the TCP socket under a WebSocket: read back, not what was asked for.</summary>
internal static class TcpOptions
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    public static (bool NoDelay, int SendBufferBytes, int ReceiveBufferBytes, LingerOption Linger) Of(WebSocketBase socket)
    {
        ClientChannel channel = (ClientChannel)typeof(WebSocketBase).GetField("_channel", Hidden)!.GetValue(socket)!;
        Connection connection = channel.Connection!;
        if (connection is PortableConnection)
        {
            Socket tcp = (Socket)connection.GetType().GetField("_socket", Hidden)!.GetValue(connection)!;
            return Of(tcp);
        }

        int descriptor = (int)connection.GetType().GetField("_descriptor", Hidden)!.GetValue(connection)!;
        using SafeSocketHandle handle = new(descriptor, ownsHandle: false);
        using Socket view = new(handle);
        return Of(view);
    }

    private static (bool, int, int, LingerOption) Of(Socket tcp) => (tcp.NoDelay, tcp.SendBufferSize, tcp.ReceiveBufferSize, tcp.LingerState!);
}
