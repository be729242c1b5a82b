using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.EndToEnd.Run;

/// <summary>Sends every message back, at once or, while it is told to hold, when it is told to go on.</summary>
internal sealed class HoldingEcho : ServerBehaviour
{
    private readonly List<(ServerChannel Channel, byte[] Payload, Opcode Opcode)> _held = [];

    public List<ServerChannel> Channels { get; } = [];

    /// <summary>Messages received, per channel.</summary>
    public Dictionary<ServerChannel, int> Received { get; } = [];

    public bool Holds { get; set; }

    /// <summary>Sends back some of what it holds, by place, each as often as it is named. It goes on holding all of them.</summary>
    public void Answer(params ReadOnlySpan<int> places)
    {
        foreach (int place in places)
            _held[place].Channel.Send(_held[place].Opcode, _held[place].Payload);
    }

    /// <summary>Sends back all that it holds, and from now on at once.</summary>
    public void Release()
    {
        Answer([.. Enumerable.Range(0, _held.Count)]);
        Forget();
    }

    /// <summary>What it holds is never answered.</summary>
    public void Forget()
    {
        Holds = false;
        _held.Clear();
    }

    internal override void OnOpened(ServerChannel channel)
    {
        Channels.Add(channel);
        Received[channel] = 0;
    }

    internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode)
    {
        Received[channel]++;
        if (Holds)
            _held.Add((channel, payload.ToArray(), opcode));
        else
            channel.Send(opcode, payload);
    }
}
