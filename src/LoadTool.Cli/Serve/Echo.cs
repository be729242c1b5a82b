using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Cli.Serve;

/// <summary>Sends every message back.</summary>
internal sealed class Echo : ServerBehaviour
{
    internal static readonly Echo Instance = new();

    internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode) => channel.Send(opcode, payload);
}
