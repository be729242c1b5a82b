using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Cli.Serve;

/// <summary>Sends every message to all who are in one room, the sender too.</summary>
/// <param name="onEmpty">Called when the last one has left.</param>
internal sealed class Broadcast(Action onEmpty) : ServerBehaviour
{
    private readonly List<ServerChannel> _members = [];

    internal override void OnOpened(ServerChannel channel)
    {
        channel.Tag = _members.Count;
        _members.Add(channel);
    }

    internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode)
    {
        // Backwards: a member whose connection turns out broken leaves while we go through them.
        for (int i = _members.Count - 1; i >= 0; i--)
            _members[i].Send(opcode, payload);
    }

    internal override void OnClosed(ServerChannel channel)
    {
        // The last one takes the place of the one that leaves: order means nothing here, and thousands may leave at once.
        int place = (int)channel.Tag!;
        ServerChannel last = _members[^1];
        _members[place] = last;
        last.Tag = place;
        _members.RemoveAt(_members.Count - 1);
        if (_members.Count == 0)
            onEmpty();
    }
}
