using LoadTool.Sockets;

namespace LoadTool.Tests.Engine;

public sealed class MaskKeySourceTests
{
    [Fact]
    public void Keys_repeat_no_pattern_over_many_refills_and_use_every_bit()
    {
        const int Count = 100_000;
        MaskKeySource source = new();
        uint[] keys = [.. Enumerable.Range(0, Count).Select(_ => source.Next())];

        // Of 100,000 random 32-bit numbers about one pair is equal; more than ten pairs has a chance below one in a million.
        Assert.InRange(keys.Distinct().Count(), Count - 10, Count);
        for (int bit = 0; bit < 32; bit++)
            Assert.InRange(keys.Count(key => (key >> bit & 1) == 1), Count * 0.48, Count * 0.52);
    }

    [Fact]
    public void Two_sources_give_different_keys()
    {
        (MaskKeySource one, MaskKeySource other) = (new(), new());
        Assert.InRange(Enumerable.Range(0, 3000).Count(_ => one.Next() == other.Next()), 0, 2);
    }
}
