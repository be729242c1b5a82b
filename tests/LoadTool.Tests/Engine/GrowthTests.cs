using LoadTool.Sockets;

namespace LoadTool.Tests.Engine;

public sealed class GrowthTests
{
    [Fact]
    public void An_array_of_sockets_always_grows_and_once_it_is_large_by_no_more_than_a_quarter()
    {
        for (int count = 1; count < 100_000; count++)
        {
            Assert.True(Growth.Next(count) > count);
            if (count >= 1024)
                Assert.True(Growth.Next(count) <= count * 1.25);
        }

        // A few steps, not one for each socket.
        int steps = 0;
        for (int count = 64; count < 1_000_000; count = Growth.Next(count))
            steps++;
        Assert.True(steps < 50, $"{steps} steps");
    }
}
