using LoadTool.Cli.Serve;
using LoadTool.Sockets;

namespace LoadTool.Tests.Commands;

public sealed class RoomsTests
{
    [Fact]
    public void Whoever_names_the_same_room_is_in_the_same_one()
    {
        Rooms rooms = new();

        Assert.Same(rooms.Enter("a").Behaviour, rooms.Enter("a").Behaviour);
        Assert.NotSame(rooms.Enter("a").Behaviour, rooms.Enter("").Behaviour);
        Assert.Equal(2, rooms.Count);
    }

    [Fact]
    public void Rooms_past_the_limit_are_refused_and_those_there_stay_open()
    {
        Rooms rooms = new();
        for (int i = 0; i < Rooms.MaxRooms; i++)
            Assert.Equal(101, rooms.Enter($"{i}").Status);

        Assert.Equal(ServerAnswer.Refuse(503), rooms.Enter("one more"));
        Assert.Equal(101, rooms.Enter("0").Status);
    }
}
