using System.Buffers;
using System.Numerics;

namespace LoadTool.Metrics;

/// <summary>
/// The counts of a histogram in as few bytes as it has counts: for each, its distance from the one before and how often, seven bits a byte. Unlike a
/// <see cref="Histogram"/>, whose size is that of its range, thousands of these fit into memory; merging is exact. Immutable.
/// </summary>
internal sealed class PackedHistogram
{
    private const int MaxBytesOfNumber = 10;

    private readonly HistogramLayout _layout;
    private readonly byte[] _pairs;

    private PackedHistogram(HistogramLayout layout, byte[] pairs, long totalCount) => (_layout, _pairs, TotalCount) = (layout, pairs, totalCount);

    /// <summary>How many values were counted; more than zero.</summary>
    internal long TotalCount { get; }

    /// <summary>Bytes that the counts take.</summary>
    internal int Size => _pairs.Length;

    /// <summary>Packs what a histogram counts now.</summary>
    /// <returns>Null when it counts nothing.</returns>
    internal static PackedHistogram? Of(Histogram histogram)
    {
        if (histogram.TotalCount == 0)
            return null;
        ReadOnlySpan<long> counts = histogram.CountsToMax;
        using Writer writer = new();
        for (int index = 0; index < counts.Length; index++)
        {
            // The last count is not zero.
            if (counts[index] == 0)
                index += counts[index..].IndexOfAnyExcept(0L);
            writer.Write(index, counts[index]);
        }

        return new PackedHistogram(histogram.Layout, writer.ToArray(), histogram.TotalCount);
    }

    /// <summary>Both together; either may be missing.</summary>
    /// <exception cref="ArgumentException">They are laid out differently.</exception>
    internal static PackedHistogram? Merge(PackedHistogram? one, PackedHistogram? other)
    {
        if (one is null || other is null)
            return one ?? other;
        if (!one._layout.SameAs(other._layout))
            throw new ArgumentException("the histograms are laid out differently", nameof(other));
        using Writer writer = new();
        Reader left = new(one._pairs), right = new(other._pairs);
        bool hasLeft = left.MoveNext(), hasRight = right.MoveNext();
        while (hasLeft || hasRight)
        {
            int index = !hasRight ? left.Index : !hasLeft ? right.Index : Math.Min(left.Index, right.Index);
            bool takesLeft = hasLeft && left.Index == index, takesRight = hasRight && right.Index == index;
            writer.Write(index, (takesLeft ? left.Count : 0) + (takesRight ? right.Count : 0));
            hasLeft = takesLeft ? left.MoveNext() : hasLeft;
            hasRight = takesRight ? right.MoveNext() : hasRight;
        }

        return new PackedHistogram(one._layout, writer.ToArray(), one.TotalCount + other.TotalCount);
    }

    /// <summary>Adds the counts to a histogram, each at its value.</summary>
    internal void AddTo(Histogram histogram)
    {
        for (Reader reader = new(_pairs); reader.MoveNext();)
            histogram.RecordValueWithCount(_layout.ValueAt(reader.Index), reader.Count);
    }

    /// <summary>The values at several percentiles, each the same as <see cref="Histogram.ValueAtPercentile"/> gives.</summary>
    /// <param name="percentiles">Ascending, above 0; 100 is the largest value.</param>
    /// <param name="values">As many.</param>
    internal void ValuesAt(ReadOnlySpan<double> percentiles, Span<long> values)
    {
        int next = 0;
        long seen = 0;
        for (Reader reader = new(_pairs); next < percentiles.Length && reader.MoveNext();)
        {
            seen += reader.Count;
            for (; next < percentiles.Length && seen >= Histogram.CountAtPercentile(percentiles[next], TotalCount); next++)
                values[next] = _layout.HighestEquivalent(_layout.ValueAt(reader.Index));
        }
    }

    /// <summary>How many values are above <paramref name="value"/> and what is counted as equal to it.</summary>
    internal long CountAbove(long value)
    {
        long highest = _layout.HighestEquivalent(value), above = 0;
        for (Reader reader = new(_pairs); reader.MoveNext();)
            above += _layout.ValueAt(reader.Index) > highest ? reader.Count : 0;
        return above;
    }

    /// <summary>Adds the counts to coarser ones: 2^<paramref name="bits"/> rows for each doubling of the value; see <see cref="RowOf"/>.</summary>
    internal void AddToRows(SortedDictionary<int, long> rows, int bits)
    {
        for (Reader reader = new(_pairs); reader.MoveNext();)
        {
            int row = RowOf(_layout.ValueAt(reader.Index), bits);
            rows[row] = rows.GetValueOrDefault(row) + reader.Count;
        }
    }

    /// <summary>The row of a value where each doubling has 2^<paramref name="bits"/> rows of equal width; below that many each value has its own.</summary>
    internal static int RowOf(long value, int bits)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - bits);
        return (shift << bits) + (int)(value >> shift);
    }

    private ref struct Reader(ReadOnlySpan<byte> pairs)
    {
        private ReadOnlySpan<byte> _rest = pairs;

        internal int Index { get; private set; } = -1;

        internal long Count { get; private set; }

        internal bool MoveNext()
        {
            if (_rest.IsEmpty)
                return false;
            Index += (int)Next() + 1;
            Count = Next();
            return true;
        }

        private long Next()
        {
            long value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte bits = _rest[0];
                _rest = _rest[1..];
                value |= (bits & 0x7fL) << shift;
                if (bits < 0x80)
                    return value;
            }
        }
    }

    /// <summary>Into a buffer that grows and is used again.</summary>
    private sealed class Writer : IDisposable
    {
        private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);
        private int _length;
        private int _last = -1;

        public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

        internal void Write(int index, long count)
        {
            if (_bytes.Length - _length < 2 * MaxBytesOfNumber)
                Grow();
            Write(index - _last - 1);
            Write(count);
            _last = index;
        }

        internal byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

        private void Write(long value)
        {
            for (; value > 0x7f; value >>= 7)
                _bytes[_length++] = (byte)(value | 0x80);
            _bytes[_length++] = (byte)value;
        }

        private void Grow()
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(2 * _bytes.Length);
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
    }
}
