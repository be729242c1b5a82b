namespace LoadTool;

/// <summary>A good mixing of two numbers (the finalizer of SplitMix64), to give each user its own chance out of one seed.</summary>
internal static class SplitMix
{
    internal static ulong Hash(long seed, long index)
    {
        ulong mixed = unchecked((ulong)seed + ((ulong)index + 1) * 0x9E3779B97F4A7C15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A seed of its own for a name, the same in each process (FNV-1a): what is named apart draws apart.</summary>
    internal static long Seed(long seed, string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char letter in name)
            hash = unchecked((hash ^ letter) * 0x100000001B3);
        return unchecked((long)Hash(seed, (long)hash));
    }

    /// <summary>An even fraction, at least 0 and less than 1.</summary>
    internal static double Fraction(long seed, long index) => (Hash(seed, index) >> 11) * (1.0 / (1UL << 53));
}
