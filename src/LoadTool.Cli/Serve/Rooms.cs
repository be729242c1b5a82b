using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>The rooms of <c>/broadcast</c>: each is there from the first who enters it to the last who leaves.</summary>
internal sealed class Rooms
{
    /// <summary>Names come from clients. More than this many at once is a mistake in a scenario, and would be a way to fill the memory.</summary>
    internal const int MaxRooms = 10_000;

    private readonly Dictionary<string, Broadcast> _rooms = [];

    internal int Count => _rooms.Count;

    /// <summary>The answer to whoever wants to enter a room: 503 when there are too many.</summary>
    internal ServerAnswer Enter(string name)
    {
        if (!_rooms.TryGetValue(name, out Broadcast? room))
        {
            if (_rooms.Count >= MaxRooms)
                return ServerAnswer.Refuse(503);
            room = new Broadcast(() => _rooms.Remove(name));
            _rooms.Add(name, room);
        }

        return ServerAnswer.Accept(room);
    }
}
