using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Cli.Serve;

/// <summary>Sends every message back after a delay; messages do not wait for each other.</summary>
internal sealed class Delay(double milliseconds) : ServerBehaviour
{
    private readonly long _nanoseconds = (long)(milliseconds * 1e6);

    internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode) =>
        channel.Loop.Arm(new Reply(channel, payload.ToArray(), opcode), channel.Loop.Now + _nanoseconds);

    private sealed class Reply(ServerChannel channel, byte[] payload, Opcode opcode) : LoopTimer
    {
        internal override void Fire(long dueAt) => channel.Send(opcode, payload);
    }
}
