using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>Closes with a code as soon as the handshake is done.</summary>
internal sealed class CloseAtOnce(ushort code) : ServerBehaviour
{
    internal override void OnOpened(ServerChannel channel) => channel.Close(code, $"asked to close with {code}");
}
