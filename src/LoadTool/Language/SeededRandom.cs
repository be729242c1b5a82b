using System.Buffers.Binary;

namespace LoadTool;

/// <summary>
/// SplitMix64 behind the framework's <see cref="Random"/>: 64 good bits per draw, so that fractions have all their 53, in 88 bytes
/// of memory. The framework's own seeded generator has 31 bits and 304 bytes.
/// </summary>
/// <param name="seed">Another seed gives an independent sequence.</param>
internal sealed class SeededRandom(long seed) : Random(0)
{
    private const double Fraction = 1.0 / (1UL << 53);

    private long _drawn;

    /// <summary>64 random bits.</summary>
    internal ulong NextBits() => SplitMix.Hash(seed, _drawn++);

    /// <summary>A number below a bound, each with exactly the same chance: the high half of a product, drawn again in the few cases that would favour some (Lemire).</summary>
    /// <param name="bound">At least 1.</param>
    internal ulong NextBelow(ulong bound)
    {
        ulong high = Math.BigMul(NextBits(), bound, out ulong low);
        if (low >= bound)
            return high;
        ulong unfair = (0 - bound) % bound;
        while (low < unfair)
            high = Math.BigMul(NextBits(), bound, out low);
        return high;
    }

    public override int Next() => (int)NextBelow(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)NextBelow((ulong)Math.Max(1, maxValue));
    }

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => (long)NextBelow(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)NextBelow((ulong)Math.Max(1, maxValue));
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return unchecked((long)((ulong)minValue + NextBelow(Math.Max(1, (ulong)maxValue - (ulong)minValue))));
    }

    public override double NextDouble() => (NextBits() >> 11) * Fraction;

    public override float NextSingle() => (NextBits() >> 40) * (1.0f / (1 << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        for (; buffer.Length >= sizeof(ulong); buffer = buffer[sizeof(ulong)..])
            BinaryPrimitives.WriteUInt64LittleEndian(buffer, NextBits());
        ulong rest = buffer.Length > 0 ? NextBits() : 0;
        for (int i = 0; i < buffer.Length; i++, rest >>= 8)
            buffer[i] = (byte)rest;
    }

    protected override double Sample() => NextDouble();
}
