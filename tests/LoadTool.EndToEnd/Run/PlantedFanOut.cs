using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.EndToEnd.Run;

/// <summary>Sends every message to all others who are connected, by a plan: for each receiver the delays of the copies it gets, none when it is to be lost.</summary>
/// <param name="plan">Receiver and message, by index from 0.</param>
internal sealed class PlantedFanOut(Func<int, int, TimeSpan[]> plan) : ServerBehaviour
{
    private int _messages;

    public List<ServerChannel> Channels { get; } = [];

    internal override void OnOpened(ServerChannel channel) => Channels.Add(channel);

    internal override void OnClosed(ServerChannel channel) => Channels.Remove(channel);

    internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode)
    {
        byte[] wrapped = [.. "{\"room\":\"lobby\",\"text\":\""u8, .. payload, .. "\"}"u8];
        foreach ((int receiver, ServerChannel to) in Channels.Where(other => other != channel).Index())
        {
            foreach (TimeSpan delay in plan(receiver, _messages))
                channel.Loop.Arm(new Copy(to, wrapped), channel.Loop.Now + (long)delay.TotalNanoseconds);
        }

        _messages++;
    }

    private sealed class Copy(ServerChannel to, byte[] payload) : LoopTimer
    {
        internal override void Fire(long dueAt) => to.Send(Opcode.Text, payload);
    }
}
