using LoadTool.Sockets;

namespace LoadTool.Tests.Run;

/// <summary>One loop's part of a broadcast, on a loop that never starts.</summary>
public sealed class BroadcastCellTests
{
    private readonly EventLoop[] _loops = Shares.Loops(1);
    private readonly VirtualUser _user;
    private readonly Broadcast _broadcast = Broadcast.Create("chat", TimeSpan.FromMinutes(10));
    private readonly BroadcastCell _cell;

    public BroadcastCellTests()
    {
        ScenarioShare share = Shares.Of(_loops, 1, "a")[0];
        _user = new VirtualUser(share, 0);
        _cell = _broadcast.CellOf(share.RunLoop);
    }

    [Fact]
    public void A_delivery_allocates_nothing()
    {
        const int Count = 500;
        int seat = _cell.Join();
        byte[][] messages = [.. Enumerable.Range(0, Count * Allocation.Calls).Select(_ => _broadcast.Message(_user, bytes: 100).ToArray())];
        int next = 0;

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < Count; i++)
                _cell.Receive(seat, messages[next++], _loops[0].Now);
        }));
        Assert.Equal(messages.Length, _cell.Deliveries.SwapInterval().TotalCount);
        _cell.Leave(seat);
        Assert.Equal(new BroadcastCounts(messages.Length, messages.Length, 0, 0, 0, 0), _cell.Read());
    }

    [Fact]
    public void What_bears_no_marker_of_the_broadcast_is_not_counted()
    {
        int seat = _cell.Join();
        byte[] other = new byte[LatencyMarker.Length];
        new LatencyMarker(1, 2, 3, long.MaxValue).Write(other);
        _cell.Receive(seat, "hello"u8, _loops[0].Now);
        _cell.Receive(seat, other, _loops[0].Now);

        Assert.Equal(default, _cell.Read());
        Assert.Equal(0, _cell.Deliveries.SwapInterval().TotalCount);
    }

    [Fact]
    public void Past_the_limit_of_messages_under_way_the_oldest_is_given_up_and_its_delivery_is_late()
    {
        int seat = _cell.Join();
        byte[][] messages = [.. Enumerable.Range(0, 4_097).Select(_ => _broadcast.Message(_user).ToArray())];
        Assert.Equal((0, 1), (_cell.Read().Reached, _cell.Read().Lost));

        _cell.Receive(seat, messages[0], _loops[0].Now);
        _cell.Receive(seat, messages[0], _loops[0].Now);
        _cell.Receive(seat, messages[1], _loops[0].Now);
        _cell.Leave(seat);

        Assert.Equal(new BroadcastCounts(4_097, Reached: 1, Late: 1, Lost: 0, Duplicates: 1, OutOfOrder: 0), _cell.Read());
    }

    [Fact]
    public void A_message_that_reached_nobody_has_no_first_receiver()
    {
        _broadcast.Message(_user);
        Assert.Equal(new BroadcastCounts(Sent: 1, 0, 0, 0, 0, 0), _cell.Read());
        Assert.Equal(0, _cell.First.SwapInterval().TotalCount);
    }

    [Fact]
    public void Two_broadcasts_of_one_name_and_limits_that_make_no_sense_are_refused()
    {
        Assert.Equal(
            "Two broadcasts are named \"chat\": results could not tell them apart.",
            Assert.Throws<InvalidOperationException>(() => Broadcast.Create("chat").Message(_user)).Message);
        Assert.Throws<ArgumentException>("name", () => Broadcast.Create(" "));
        Assert.Throws<ArgumentOutOfRangeException>("patience", () => Broadcast.Create("a", TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("patience", () => Broadcast.Create("a", TimeSpan.FromHours(2)));
        Assert.Throws<ArgumentOutOfRangeException>("bytes", () => _broadcast.Message(_user, bytes: 10));
    }
}
