using System.Text;

namespace LoadTool.Tests.Protocol;

/// <summary>The slow, obvious judge of text: the framework's decoder that throws.</summary>
internal static class StrictUtf8
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A text cut off inside a character becomes valid with one of these, whatever its lead byte allows as the second.</summary>
    private static readonly byte[][] Endings =
        [[], [0x80], [0xBF], [0x90], [0x80, 0x80], [0xBF, 0x80], [0x90, 0x80], [0x80, 0x80, 0x80], [0xBF, 0x80, 0x80], [0x90, 0x80, 0x80]];

    public static bool MayBecomeValid(byte[] start) => Endings.Any(ending => IsValid([.. start, .. ending]));

    public static bool IsValid(byte[] text)
    {
        try
        {
            Strict.GetCharCount(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
