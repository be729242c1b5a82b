using LoadTool.Sockets.Protocol;

namespace LoadTool.Sockets;

/// <summary>Sends every message back.</summary>
internal sealed class EchoBehaviour : ServerBehaviour
{
    internal static readonly EchoBehaviour Instance = new();

    internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode) => channel.Send(opcode, payload);
}
