namespace LoadTool.Sockets;

/// <summary>The chance of a simulation: SplitMix64, the same numbers from the same seed on every machine and runtime.</summary>
internal sealed class SimulatedChance(ulong seed)
{
    private const double FractionOfLargest = 1.0 / (1UL << 53);

    private ulong _state = seed;

    internal ulong Next()
    {
        ulong mixed = _state = unchecked(_state + 0x9E3779B97F4A7C15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return mixed ^ (mixed >> 31);
    }

    /// <summary>True with a probability of 0 to 1; what is certain or impossible draws nothing.</summary>
    internal bool Happens(double probability) => probability > 0 && (probability >= 1 || (Next() >> 11) * FractionOfLargest < probability);

    /// <summary>A whole number from 0 to <paramref name="largest"/>, each as likely as the others.</summary>
    internal long UpTo(long largest) => largest <= 0 ? 0 : (long)Math.BigMul(Next(), (ulong)largest + 1, out _);
}
