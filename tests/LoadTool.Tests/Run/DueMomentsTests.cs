namespace LoadTool.Tests.Run;

public sealed class DueMomentsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    [InlineData(333_333.3)]
    public void Moments_of_a_rate_neither_drift_nor_depend_on_how_they_are_taken(double perSecond)
    {
        Random random = new(5);
        const long Start = 12_345;
        EvenMoments moments = new(perSecond, Start);
        for (long number = 0; number < 100_000;)
        {
            Assert.Equal(Start + (long)Math.Round(number * 1e9 / perSecond), moments.Next);
            if (random.Next(3) == 0)
            {
                long end = moments.Next + (long)(random.NextDouble() * 50e9 / perSecond);
                long expected = 0;
                while (Start + (long)Math.Round((number + expected) * 1e9 / perSecond) < end)
                    expected++;
                Assert.Equal(expected, moments.TakeBefore(end));
                number += expected;
            }
            else
            {
                moments.Take();
                number++;
            }
        }

        Assert.Equal(0, moments.TakeBefore(Start));
    }

    [Fact]
    public void Moments_that_were_given_come_in_their_order_and_no_more_than_the_limit_wait()
    {
        GivenMoments moments = new();
        Assert.Equal(long.MaxValue, moments.Next);
        for (long moment = 0; moment < MessageSchedule.MaxInFlight; moment++)
            Assert.True(moments.TryGive(moment));
        Assert.False(moments.TryGive(0));

        moments.Take();
        Assert.Equal(1, moments.Next);
        Assert.Equal(9, moments.TakeBefore(10));
        Assert.Equal(10, moments.Next);
        Assert.True(moments.TryGive(MessageSchedule.MaxInFlight));
        Assert.Equal(MessageSchedule.MaxInFlight + 1 - 10, moments.TakeBefore(long.MaxValue));
        Assert.Equal(long.MaxValue, moments.Next);
    }
}
