using FsCheck;
using FsCheck.Fluent;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class MaskingTests
{
    /// <summary>Section 5.3 word for word.</summary>
    private static byte[] Scalar(byte[] data, uint key, long offset)
    {
        byte[] keyBytes = BitConverter.GetBytes(key);
        return data.Select((value, index) => (byte)(value ^ keyBytes[(offset + index) % 4])).ToArray();
    }

    [Fact]
    public void Every_length_and_offset_agrees_with_the_definition_and_touches_nothing_beside()
    {
        var random = new Random(1);
        for (int length = 0; length <= 200; length++)
        {
            byte[] data = new byte[length];
            random.NextBytes(data);
            for (long offset = 0; offset < 4; offset++)
            {
                uint key = (uint)random.Next();
                byte[] expected = Scalar(data, key, offset);

                byte[] inPlace = [0xAA, .. data, 0xBB];
                Masking.Apply(inPlace.AsSpan(1, length), key, offset);
                Assert.Equal([0xAA, .. expected, 0xBB], inPlace);

                byte[] copy = [0xAA, .. new byte[length], 0xBB];
                Masking.Copy(data, copy.AsSpan(1, length), key, offset);
                Assert.Equal([0xAA, .. expected, 0xBB], copy);
            }
        }
    }

    [Fact]
    public void Masking_agrees_with_the_definition_for_any_data_key_and_offset() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[], int, int>((data, key, offset) =>
        {
            byte[] expected = Scalar(data, (uint)key, offset & int.MaxValue);
            Masking.Apply(data, (uint)key, offset & int.MaxValue);
            return data.SequenceEqual(expected);
        }));

    [Fact]
    public void Masking_twice_gives_the_data_back_even_in_pieces()
    {
        byte[] data = new byte[5000];
        new Random(2).NextBytes(data);
        byte[] masked = [.. data];
        Masking.Apply(masked, 0xDEADBEEF, offset: 3);
        foreach (int[] pieces in new[] { Cuts.AtRandom(new(3), 5000), Cuts.AtRandom(new(4), 5000) })
        {
            byte[] again = [.. masked];
            int start = 0;
            foreach (int piece in pieces)
            {
                Masking.Apply(again.AsSpan(start, piece), 0xDEADBEEF, offset: 3 + start);
                start += piece;
            }

            Assert.Equal(data, again);
        }
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Masking.Copy(new byte[2], new byte[1], 0, 0));
}
