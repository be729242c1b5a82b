using LoadTool.Cli.Capacity;

namespace LoadTool.Tests.Commands;

/// <summary>What the system counts of TCP, as several kernels write it.</summary>
public sealed class NetworkReadingTests
{
    private const string Linux =
        """
        Ip: Forwarding DefaultTTL InReceives
        Ip: 1 64 572820173
        Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
        Tcp: 1 200 120000 -1 8861709 5241766 3600307 2857632 10 567589370 567930835 261979 0 5465547 0
        Udp: InDatagrams NoPorts
        Udp: 1048 12
        """;

    [Theory]
    [InlineData(Linux, 567_930_835, 261_979)]
    [InlineData("Tcp: RetransSegs InSegs OutSegs\nTcp: 7 8 9\n", 9, 7)]
    [InlineData("Tcp: MaxConn OutSegs RetransSegs \nTcp:  -1  18446744073 5 \n", 18_446_744_073, 5)]
    public void Segments_are_found_by_their_names_wherever_they_stand(string text, long sent, long again) =>
        Assert.Equal(new NetworkReading(sent, again), NetworkReading.Of(text.Split('\n')));

    [Theory]
    [InlineData("")]
    [InlineData("Ip: Forwarding\nIp: 1\n")]
    [InlineData("Tcp: InSegs OutSegs\nTcp: 8 9\n")]
    [InlineData("Tcp: InSegs OutSegs RetransSegs\n")]
    [InlineData("Tcp: InSegs OutSegs RetransSegs\nTcp: 8 9\n")]
    [InlineData("Tcp: InSegs OutSegs RetransSegs\nTcp: 8 many none\n")]
    [InlineData("Tcp: InSegs OutSegs RetransSegs\nTcp: 8 9 99999999999999999999\n")]
    [InlineData("Tcp: OutSegs RetransSegs\nTcp: 1 2\nTcp: 3 4\n")]
    public void Where_the_system_does_not_tell_there_is_nothing(string text) =>
        Assert.Equal(default, NetworkReading.Of(text.Split('\n')));

    [Theory]
    [InlineData(10_000, 500, "5% of 10,000 TCP segments of this machine had to be sent again")]
    [InlineData(10_000, 101, "1% of 10,000 TCP segments of this machine had to be sent again")]
    [InlineData(10_000, 100, null)]
    [InlineData(999, 900, null)]
    [InlineData(0, 0, null)]
    [InlineData(-10_000, -500, null)]
    public void More_than_one_segment_of_a_hundred_sent_again_is_a_problem_of_the_network(long sent, long again, string? problem)
    {
        NetworkReading before = new(567_930_835, 261_979);

        Assert.Equal(problem, new NetworkReading(before.SentSegments + sent, before.SentAgain + again).Problem(before));
    }
}
