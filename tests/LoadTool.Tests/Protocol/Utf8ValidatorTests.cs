using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class Utf8ValidatorTests
{
    [Theory]
    [InlineData("")]
    [InlineData("41")]
    [InlineData("CEBAE1BDB9CF83CEBCCEB5")]
    [InlineData("F48FBFBF")]
    [InlineData("ED9FBF")]
    [InlineData("EE8080")]
    [InlineData("EFBFBF")]
    [InlineData("C280DFBFE0A080F0908080")]
    public void Valid_text_is_accepted_however_it_is_cut(string hex)
    {
        byte[] text = Convert.FromHexString(hex);
        foreach (int[] pieces in Cuts.Of(text.Length))
        {
            var validator = default(Utf8Validator);
            foreach (byte[] piece in Cuts.Apply(text, pieces))
                Assert.True(validator.TryAppend(piece));
            Assert.True(validator.IsComplete);
        }
    }

    [Theory]
    [InlineData("80")]
    [InlineData("C0")]
    [InlineData("C1")]
    [InlineData("F5")]
    [InlineData("FF")]
    [InlineData("EDA0")]
    [InlineData("EDBF")]
    [InlineData("F490")]
    [InlineData("E09F")]
    [InlineData("F08F")]
    [InlineData("C241")]
    [InlineData("E28241")]
    [InlineData("E282C2")]
    [InlineData("F0908041")]
    [InlineData("CEBAE1BDB9CF83CEBCCEB5EDA0")]
    public void Text_is_refused_at_the_byte_that_makes_it_impossible(string hex)
    {
        byte[] text = Convert.FromHexString(hex);
        foreach (int[] pieces in Cuts.Of(text.Length))
        {
            var validator = default(Utf8Validator);
            int left = text.Length;
            foreach (byte[] piece in Cuts.Apply(text, pieces))
            {
                left -= piece.Length;
                Assert.Equal(left > 0, validator.TryAppend(piece));
                if (left == 0)
                    break;
            }
        }
    }

    [Fact]
    public void A_verdict_is_that_of_the_strict_decoder_and_comes_as_early_as_possible() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Texts(), Arb.From(Gen.Choose(0, int.MaxValue)), (text, seed) =>
        {
            var validator = default(Utf8Validator);
            int end = 0;
            foreach (byte[] piece in Cuts.Apply(text, Cuts.AtRandom(new Random(seed), text.Length)))
            {
                end += piece.Length;
                bool accepted = validator.TryAppend(piece);
                if (accepted != StrictUtf8.MayBecomeValid(text[..end]))
                    return false;
                if (!accepted)
                    return true;
            }

            return validator.IsComplete == StrictUtf8.IsValid(text);
        }));

    [Fact]
    public void After_a_reset_a_new_text_begins()
    {
        var validator = default(Utf8Validator);
        Assert.True(validator.TryAppend([0xE2, 0x82]));
        Assert.False(validator.IsComplete);
        validator.Reset();
        Assert.True(validator.IsComplete);
        Assert.True(validator.TryAppend("abc"u8));
    }

    /// <summary>Mostly valid characters, now and then a byte replaced: random bytes alone would almost never be valid.</summary>
    private static Arbitrary<byte[]> Texts() => Arb.From(
        from runes in Gen.Elements(0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF).ListOf()
        from spoil in Gen.Choose(0, 3)
        from position in Gen.Choose(0, 1000)
        from value in Gen.Elements<byte>(0x00, 0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xF5, 0xFF)
        select Spoil(Encoding.UTF8.GetBytes(string.Concat(runes.Select(char.ConvertFromUtf32))), spoil, position, value));

    private static byte[] Spoil(byte[] text, int spoil, int position, byte value)
    {
        if (spoil == 0 && text.Length > 0)
            text[position % text.Length] = value;
        return text;
    }
}
