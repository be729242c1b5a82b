using System.Text;
using System.Threading.Channels;
using LoadTool.Outputs.Live;

namespace LoadTool.Tests.Outputs;

public sealed class LiveAudienceTests
{
    private readonly LiveAudience _audience = new();

    [Fact]
    public void Who_comes_late_gets_what_stands_and_nothing_that_was_replaced()
    {
        _audience.ShowRun("0"u8.ToArray());
        _audience.ShowBin("1"u8.ToArray());
        _audience.ShowLastBin("2"u8.ToArray());
        _audience.ShowState("a"u8.ToArray());
        _audience.ShowState("b"u8.ToArray());
        Assert.Equal(["run 0", "bin 2", "state b"], Past());

        _audience.ShowAllBins("3"u8.ToArray());
        _audience.ShowLastBin("4"u8.ToArray());
        _audience.ShowLastBin("5"u8.ToArray());
        _audience.ShowBin("6"u8.ToArray());
        Assert.Equal(["run 0", "all 3", "last 5", "bin 6", "state b"], Past());
    }

    [Fact]
    public void A_watcher_that_does_not_read_is_dropped_and_no_other()
    {
        ChannelReader<byte[]> slow = _audience.Join(out _)!, quick = _audience.Join(out _)!;

        for (int second = 0; second < 100; second++)
        {
            _audience.ShowState("s"u8.ToArray());
            Assert.True(quick.TryRead(out _));
        }

        while (slow.TryRead(out _))
        {
        }

        Assert.True(slow.Completion.IsCompleted);
        Assert.False(quick.Completion.IsCompleted);
    }

    [Fact]
    public void A_log_keeps_its_last_200_lines()
    {
        for (int line = 0; line < 250; line++)
            _audience.ShowLine(Encoding.UTF8.GetBytes($"{line}"));

        string[] past = Past();
        Assert.Equal((200, "line 50", "line 249"), (past.Length, past[0], past[^1]));
    }

    [Fact]
    public void The_end_is_the_last_that_anybody_gets()
    {
        ChannelReader<byte[]> before = _audience.Join(out _)!;
        _audience.End("e"u8.ToArray());

        Assert.True(before.TryRead(out byte[]? message));
        Assert.Equal("event: end\ndata: e\n\n", Encoding.UTF8.GetString(message));
        Assert.True(before.Completion.IsCompleted);
        Assert.Equal(["end e"], Past());
        Assert.True(_audience.Join(out _)!.Completion.IsCompleted);
    }

    [Fact]
    public void Too_many_watchers_are_refused_until_one_leaves()
    {
        ChannelReader<byte[]>[] watchers = [.. Enumerable.Range(0, 32).Select(_ => _audience.Join(out IReadOnlyList<byte[]> _)!)];
        Assert.Null(_audience.Join(out _));

        _audience.Leave(watchers[7]);

        Assert.NotNull(_audience.Join(out _));
    }

    private string[] Past()
    {
        ChannelReader<byte[]> reader = _audience.Join(out IReadOnlyList<byte[]> past)!;
        _audience.Leave(reader);
        return [.. past.Select(message => Encoding.UTF8.GetString(message).Replace("event: ", "").Replace("\ndata: ", " ").TrimEnd())];
    }
}
