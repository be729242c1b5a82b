using System.Net;
using System.Net.Sockets;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>A server inside this process that sends every message back, for whoever has no target.</summary>
internal sealed class LocalEcho : IListenerHandler
{
    private LocalEcho()
    {
    }

    void IListenerHandler.OnAccepted(Connection connection) => _ = new ServerChannel(connection, static _ => ServerAnswer.Accept(EchoBehaviour.Instance));

    void IListenerHandler.OnAcceptFailed(SocketError error)
    {
        // The client that is not accepted tells: its connect fails, or runs into its limit.
    }

    /// <summary>Listens on a loop that was started, on a free port of the loopback address; ends with the loop.</summary>
    /// <returns>Where.</returns>
    internal static async Task<Uri> ListenAsync(EventLoop loop)
    {
        Listener? listener = null;
        await loop.RunAsync(() =>
        {
            listener = loop.Listen(new IPEndPoint(IPAddress.Loopback, 0), new LocalEcho());
            return Task.CompletedTask;
        });
        return new Uri($"ws://{listener!.LocalEndPoint}/echo");
    }
}
