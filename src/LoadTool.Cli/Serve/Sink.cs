using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>Reads messages and says nothing.</summary>
internal sealed class Sink : ServerBehaviour
{
    internal static readonly Sink Instance = new();
}
