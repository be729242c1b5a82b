namespace LoadTool;

/// <summary>One scenario's part of a load that several share by weight: of each <paramref name="Sum"/>, those from <paramref name="From"/> to before <paramref name="To"/>.</summary>
internal readonly record struct WeightShare(long From, long To, long Sum)
{
    /// <summary>Its part of a count; the parts of all add up to the count, and none is off by one or more.</summary>
    internal int Of(long count) => (int)((Int128)count * To / Sum - (Int128)count * From / Sum);

    /// <summary>True for those that chance gives to it: to one scenario each.</summary>
    internal bool Has(long number, long seed)
    {
        long drawn = (long)(SplitMix.Hash(seed, number) % (ulong)Sum);
        return drawn >= From && drawn < To;
    }
}
