using System.IO.Compression;
using System.Text;

namespace LoadTool.Tests.Language;

public sealed class PayloadTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void A_text_of_a_size_has_that_size_and_is_readable(int bytes)
    {
        Payload payload = Payload.Text(bytes);
        ReadOnlyMemory<byte> sent = payload;

        Assert.Equal((bytes, bytes), (payload.Length, sent.Length));
        Assert.All(sent.ToArray(), letter => Assert.InRange(letter, (byte)' ', (byte)'z'));
    }

    [Fact]
    public void A_text_of_ones_own_is_sent_as_UTF8()
    {
        ReadOnlyMemory<byte> sent = Payload.Text("Très bien ✓");

        Assert.Equal("Très bien ✓", Encoding.UTF8.GetString(sent.Span));
    }

    [Fact]
    public void Binary_is_the_same_for_the_same_seed_and_does_not_compress()
    {
        ReadOnlyMemory<byte> one = Payload.Binary(10_000), again = Payload.Binary(10_000), other = Payload.Binary(10_000, seed: 2);
        using MemoryStream compressed = new();
        using (DeflateStream deflate = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(one.Span);

        Assert.True(one.Span.SequenceEqual(again.Span));
        Assert.False(one.Span.SequenceEqual(other.Span));
        Assert.InRange(compressed.Length, 9_900, long.MaxValue);
    }

    [Fact]
    public void A_negative_size_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Payload.Text(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Payload.Binary(-1));
    }
}
