using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>Accepts, then neither reads nor sends: the client's messages fill its own buffers.</summary>
internal sealed class Stall : ServerBehaviour
{
    internal static readonly Stall Instance = new();

    internal override void OnOpened(ServerChannel channel) => channel.StopReading();
}
