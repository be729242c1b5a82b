using System.Text;

namespace LoadTool.Tests.Language;

public sealed class LatencyMarkerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_marker_is_found_wherever_a_server_puts_it(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 2_000; round++)
        {
            LatencyMarker written = Draw(random);
            byte[] message = Noise(random, before: random.Next(100));
            int at = message.Length;
            message = [.. message, .. new byte[LatencyMarker.Length], .. Noise(random, random.Next(100))];
            written.Write(message.AsSpan(at));

            Assert.True(LatencyMarker.TryRead(message, out LatencyMarker read), $"seed {seed}, round {round}");
            Assert.Equal(written, read);
            for (int length = 0; length < at + LatencyMarker.Length; length++)
                Assert.False(LatencyMarker.TryRead(message.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void A_marker_of_which_anything_changed_is_none()
    {
        Random random = new(3);
        int taken = 0;
        for (int round = 0; round < 2_000; round++)
        {
            byte[] bytes = new byte[LatencyMarker.Length];
            Draw(random).Write(bytes);
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(4));
            if (LatencyMarker.TryRead(bytes, out _))
                taken++;
        }

        // One in 65,536 would pass by chance; the seed is fixed, and none of these does.
        Assert.Equal(0, taken);
    }

    [Fact]
    public void A_marker_stands_in_JSON_as_it_is_written()
    {
        LatencyMarker marker = new(ulong.MaxValue, uint.MaxValue, LatencyMarker.MaxSequence, long.MaxValue);
        byte[] bytes = new byte[LatencyMarker.Length];
        marker.Write(bytes);
        string text = Encoding.ASCII.GetString(bytes);

        Assert.Matches("^lt1x[0-9a-f]{56}$", text);
        byte[] wrapped = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { room = "lobby", message = $"hello {text} there" });
        Assert.True(LatencyMarker.TryRead(wrapped, out LatencyMarker read));
        Assert.Equal(marker, read);
    }

    [Fact]
    public void What_no_marker_can_hold_is_refused()
    {
        byte[] bytes = new byte[LatencyMarker.Length];
        Assert.Throws<ArgumentException>("destination", () => default(LatencyMarker).Write(bytes.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>("Sequence", () => new LatencyMarker(0, 0, -1, 0).Write(bytes));
        Assert.Throws<ArgumentOutOfRangeException>("Sequence", () => new LatencyMarker(0, 0, LatencyMarker.MaxSequence + 1, 0).Write(bytes));
        Assert.Throws<ArgumentOutOfRangeException>("SentAt", () => new LatencyMarker(0, 0, 0, -1).Write(bytes));
    }

    [Fact]
    public void Writing_and_reading_allocate_nothing()
    {
        byte[] bytes = new byte[200];
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                new LatencyMarker(7, 8, i, 10).Write(bytes.AsSpan(100));
                Assert.True(LatencyMarker.TryRead(bytes, out _));
            }
        }));
    }

    private static LatencyMarker Draw(Random random) => new(
        (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
        (uint)random.NextInt64(1L << random.Next(33)),
        random.NextInt64(LatencyMarker.MaxSequence + 1) >> random.Next(48),
        random.NextInt64() >> random.Next(63));

    /// <summary>Bytes that would begin a marker, if they could.</summary>
    private static byte[] Noise(Random random, int before)
    {
        byte[] noise = new byte[before];
        random.GetItems("lt1x0123456789abcdef{\"\\ "u8, noise);
        return noise;
    }
}
