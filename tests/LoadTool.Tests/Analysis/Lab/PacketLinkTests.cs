using LoadTool.Cli.Commands;
using LoadTool.Cli.Lab;

namespace LoadTool.Tests.Analysis.Lab;

/// <summary>One direction of the lab's link, without a network.</summary>
public sealed class PacketLinkTests
{
    [Fact]
    public void A_packet_comes_out_after_the_delay_and_not_before()
    {
        PacketLink link = new(LinkOptions.Parse("delay=10ms"), seed: 1);
        link.Offer([4, 5, 6], now: 1_000);

        Assert.Equal(10_001_000, link.NextDueAt);
        Assert.False(link.TryTake(10_000_999, out _));
        Assert.True(link.TryTake(10_001_000, out ReadOnlySpan<byte> packet));
        Assert.Equal([4, 5, 6], packet.ToArray());
        Assert.Equal(long.MaxValue, link.NextDueAt);
        Assert.False(link.TryTake(long.MaxValue - 1, out _));
    }

    [Fact]
    public void Packets_stay_in_their_order_whatever_comes_when()
    {
        SeededRandom random = new(seed: 7);
        PacketLink link = new(LinkOptions.Parse("delay=1ms,loss=1%,rate=50Mbit"), seed: 7);
        long now = 0;
        int sent = 0, seen = -1, received = 0;
        while (sent < 20_000)
        {
            now += random.Next(400_000);
            for (int burst = random.Next(4); burst > 0; burst--)
                link.Offer(BitConverter.GetBytes(sent++), now);
            for (; link.TryTake(now, out ReadOnlySpan<byte> packet); received++)
            {
                int number = BitConverter.ToInt32(packet);
                Assert.True(number > seen, $"{number} after {seen}");
                seen = number;
            }
        }

        LinkCounts counts = link.Counts;
        Assert.Equal(sent, counts.Offered);
        Assert.Equal(sent, received + counts.Waiting + counts.Lost + counts.Dropped);
    }

    [Theory]
    [InlineData("loss=0.1%", 0.001)]
    [InlineData("loss=1%", 0.01)]
    [InlineData("loss=20%", 0.2)]
    public void As_many_get_lost_as_asked(string asked, double share)
    {
        const int Packets = 100_000;
        PacketLink link = new(LinkOptions.Parse(asked), seed: 11);
        for (int packet = 0; packet < Packets; packet++)
        {
            link.Offer([1], now: packet);
            link.TryTake(packet, out _);
        }

        double scatter = Math.Sqrt(Packets * share * (1 - share));
        Assert.InRange(link.Counts.Lost, Packets * share - 3 * scatter, Packets * share + 3 * scatter);
        Assert.Equal(0, link.Counts.Dropped);
    }

    [Fact]
    public void The_same_seed_loses_the_same_packets()
    {
        Assert.Equal(Lost(seed: 5), Lost(seed: 5));
        Assert.NotEqual(Lost(seed: 5), Lost(seed: 6));

        static List<int> Lost(long seed)
        {
            PacketLink link = new(LinkOptions.Parse("loss=10%"), seed);
            List<int> lost = [];
            for (int packet = 0; packet < 200; packet++)
            {
                link.Offer([1], now: packet);
                if (!link.TryTake(packet, out _))
                    lost.Add(packet);
            }

            return lost;
        }
    }

    [Fact]
    public void A_rate_lets_a_burst_through_one_packet_after_another()
    {
        PacketLink link = new(LinkOptions.Parse("delay=1ms,rate=8Mbit"), seed: 1);
        for (int packet = 0; packet < 3; packet++)
            link.Offer(new byte[1_000], now: 0);

        foreach (long due in (long[])[2_000_000, 3_000_000, 4_000_000])
        {
            Assert.Equal(due, link.NextDueAt);
            Assert.True(link.TryTake(due, out _));
        }
    }

    [Fact]
    public void A_full_link_drops_what_comes()
    {
        PacketLink link = new(LinkOptions.Parse("delay=1s"), seed: 1);
        for (int packet = 0; packet < PacketLink.Capacity + 5; packet++)
            link.Offer([1], now: 0);

        Assert.Equal((PacketLink.Capacity, 5L), (link.Counts.Waiting, link.Counts.Dropped));
    }

    [Theory]
    [InlineData("delay=10ms", 10, 0, 0)]
    [InlineData("delay=1.5ms, loss=0.1%", 1.5, 0.001, 0)]
    [InlineData("rate=100Mbit", 0, 0, 12_500_000)]
    [InlineData("loss=50%,rate=64kbit,delay=0s", 0, 0.5, 8_000)]
    public void What_a_link_does_is_read(string text, double milliseconds, double loss, double bytesPerSecond) =>
        Assert.Equal(new LinkOptions(TimeSpan.FromMilliseconds(milliseconds), loss, bytesPerSecond), LinkOptions.Parse(text));

    [Theory]
    [InlineData("delay")]
    [InlineData("delay=")]
    [InlineData("delay=11s")]
    [InlineData("loss=0.1")]
    [InlineData("loss=-1%")]
    [InlineData("loss=51%")]
    [InlineData("loss=NaN%")]
    [InlineData("rate=100")]
    [InlineData("rate=1kbit")]
    [InlineData("jitter=1ms")]
    public void What_no_link_does_is_refused_with_the_remedy(string text)
    {
        UsageException error = Assert.Throws<UsageException>(() => LinkOptions.Parse(text));
        Assert.Contains(text, error.Message);
        Assert.Contains("delay=10ms", error.Message);
    }
}
