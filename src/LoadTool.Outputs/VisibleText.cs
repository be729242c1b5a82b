using System.Globalization;
using System.Text;

namespace LoadTool.Outputs;

/// <summary>Text from scripts and servers, made safe for one line of a terminal or a log.</summary>
internal static class VisibleText
{
    /// <summary>Shows what would move a cursor, end a line or reorder text (control and format characters, odd surrogates) instead of doing it.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">Characters after which the result ends with an ellipsis; at least 1.</param>
    internal static string OneLine(string text, int maxLength = int.MaxValue)
    {
        StringBuilder line = new(Math.Min(text.Length, 256));
        int fitting = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            Append(line, rune);
            if (line.Length > maxLength)
            {
                // Between two characters: half an escape or half a pair would be shown otherwise.
                line.Length = fitting;
                return line.Append('…').ToString();
            }

            if (line.Length < maxLength)
                fitting = line.Length;
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, Rune rune)
    {
        switch (rune.Value)
        {
            case '\n':
                line.Append(@"\n");
                break;
            case '\r':
                line.Append(@"\r");
                break;
            case '\t':
                line.Append(@"\t");
                break;
            case int when IsVisible(rune):
                line.Append(rune.ToString());
                break;
            case <= 0xff:
                line.Append(CultureInfo.InvariantCulture, $@"\x{rune.Value:x2}");
                break;
            default:
                line.Append(CultureInfo.InvariantCulture, $@"\u{{{rune.Value:x}}}");
                break;
        }
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
