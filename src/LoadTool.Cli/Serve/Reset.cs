using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>Resets TCP at once.</summary>
internal sealed class Reset : ServerBehaviour
{
    internal static readonly Reset Instance = new();

    internal override void OnOpened(ServerChannel channel) => channel.Reset();
}
