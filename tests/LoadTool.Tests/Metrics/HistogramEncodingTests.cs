using FsCheck;
using FsCheck.Fluent;
using LoadTool.Metrics;

namespace LoadTool.Tests.Metrics;

public sealed class HistogramEncodingTests
{
    [Fact]
    public void What_was_encoded_is_read_back_count_for_count() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Histograms.ToArbitrary(), histogram =>
        {
            foreach (byte[] bytes in (byte[][])[histogram.Encode(), histogram.EncodeCompressed(), Encoder.Encode(histogram).ToArray()])
            {
                Histogram used = new(histogram.LowestDiscernibleValue, 2 * histogram.LowestDiscernibleValue, histogram.SignificantDigits, autoResize: true);
                used.RecordValue(histogram.LowestDiscernibleValue);
                used.DecodeInto(bytes);
                foreach (Histogram again in (Histogram[])[Histogram.Decode(bytes), used])
                {
                    Assert.Equal(histogram.RecordedValues(), again.RecordedValues());
                    Assert.Equal((histogram.Min, histogram.Max, histogram.TotalCount), (again.Min, again.Max, again.TotalCount));
                }

                Assert.Equal(histogram.Encode(), Histogram.Decode(bytes).Encode());
            }
        }));

    [Fact]
    public void Cut_off_bytes_are_refused_wherever_they_are_cut()
    {
        Histogram histogram = Sample();

        foreach (byte[] bytes in (byte[][])[histogram.Encode(), histogram.EncodeCompressed(), Encoder.Encode(histogram).ToArray()])
        {
            for (int length = 0; length < bytes.Length; length++)
                Assert.Throws<FormatException>(() => Histogram.Decode(bytes.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_bytes_are_read_or_refused_and_nothing_else(int seed)
    {
        Random random = new(seed);
        byte[][] samples = [Sample().Encode(), Sample().EncodeCompressed(), Encoder.Encode(Sample()).ToArray()];
        Histogram target = new(1, 1_000_000, 2);
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = (byte[])samples[round % 3].Clone();
            for (int damage = random.Next(1, 4); damage > 0; damage--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Exception? error = Record.Exception(() => Histogram.Decode(bytes));
            Assert.True(error is null or FormatException, $"seed {seed}, round {round}: {error}");
            error = Record.Exception(() => target.DecodeInto(bytes));
            Assert.True(error is null || (error is FormatException && target.TotalCount == 0), $"seed {seed}, round {round}: {error}");
        }
    }

    [Fact]
    public void A_small_file_cannot_claim_a_large_memory()
    {
        byte[] bytes = new Histogram(1, long.MaxValue, 3).Encode();
        bytes.AsSpan(4, 4).Fill(0x7f);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FormatException>(() => Histogram.Decode(bytes));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void Counts_beyond_the_range_or_63_bits_are_refused()
    {
        Histogram full = new(1, 100, 1);
        full.RecordValueWithCount(1, long.MaxValue);
        byte[] bytes = full.Encode();
        byte[] twice = [.. bytes, .. bytes.AsSpan(41)];
        twice[7] = (byte)(twice.Length - 40);

        Assert.Contains("2^63", Assert.Throws<FormatException>(() => Histogram.Decode(twice)).Message, StringComparison.Ordinal);

        // 1,000 zeros, as the ZigZag number -1000.
        byte[] beyond = [.. new Histogram(1, 100, 1).Encode().AsSpan(0, 40), 0xcf, 0x0f];
        beyond[7] = 2;
        Assert.Contains("beyond", Assert.Throws<FormatException>(() => Histogram.Decode(beyond)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_take_one_to_nine_bytes_and_come_back()
    {
        foreach (long number in (long[])[0, 1, -1, 63, 64, -64, -65, 8191, 8192, 1L << 55, 1L << 56, -(1L << 55), -(1L << 56), long.MaxValue, long.MinValue])
        {
            byte[] buffer = new byte[ZigZag.MaxBytes];
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, ZigZag.Write(buffer, number));
            Assert.InRange(bytes.Length, 1, ZigZag.MaxBytes);
            Assert.Equal(number, ZigZag.Read(ref bytes));
            Assert.True(bytes.IsEmpty);
        }
    }

    [Fact]
    public void A_reused_encoder_tells_long_histograms_from_short_ones()
    {
        Histogram small = new(1, 1_000_000_000, 3), large = new(1, 1_000_000_000, 3);
        small.RecordValue(777);
        for (long value = 1; value < 100_000_000; value += 1 + (value / 500))
            large.RecordValue(value);
        Assert.True(large.Encode().Length > 4096);

        foreach (Histogram histogram in (Histogram[])[small, large, small, large])
            Assert.Equal(histogram.Encode(), Histogram.Decode(Encoder.Encode(histogram)).Encode());
    }

    [Fact]
    public void Encoding_again_and_again_allocates_nothing_for_short_histograms()
    {
        Histogram sample = Sample();
        HistogramEncoder encoder = new();
        encoder.Encode(sample);

        Assert.Equal(0, Allocation.Of(() => encoder.Encode(sample)));
    }

    [Fact]
    public void Several_percentiles_are_those_asked_for_one_by_one() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Histograms.ToArbitrary(), histogram =>
        {
            double[] percentiles = [0, 0.1, 50, 50, 95, 99, 99.99, 100];
            long[] values = new long[percentiles.Length];
            histogram.ValuesAtPercentiles(percentiles, values);
            Assert.Equal(percentiles.Select(histogram.ValueAtPercentile), values);
        }));

    private static readonly HistogramEncoder Encoder = new();

    private static Histogram Sample()
    {
        Histogram histogram = new(1, 1_000_000, 2);
        foreach (long value in (long[])[0, 1, 1, 5, 700, 80_000, 1_000_000])
            histogram.RecordValueWithCount(value, value + 1);
        return histogram;
    }

    private static Gen<Histogram> Histograms =>
        from digits in Gen.Choose(1, 4)
        from values in (from bits in Gen.Choose(0, 31) from value in Gen.Choose(0, int.MaxValue) select (long)value << bits).ListOf()
        select Recorded(new Histogram(digits), values);

    private static Histogram Recorded(Histogram histogram, IEnumerable<long> values)
    {
        foreach (long value in values)
            histogram.RecordValueWithCount(value, 1 + (value % 1000));
        return histogram;
    }
}
