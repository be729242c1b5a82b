using System.Globalization;
using System.Numerics;

namespace LoadTool.Metrics;

/// <summary>
/// Numbers as Java's <c>%.nf</c> prints them (JDK 17): the shortest decimal that names the double, rounded half up, then zeros. .NET would
/// print the double's exact expansion, so files would differ from the reference in the last digit of ties and past the 17th digit.
/// </summary>
internal static class JavaNumber
{
    public static string Fixed(double value, int decimals)
    {
        if (!double.IsFinite(value))
            return value.ToString(CultureInfo.InvariantCulture);
        (string digits, int pointAt) = Shortest(Math.Abs(value));
        int kept = pointAt + decimals;
        bool roundsUp = kept >= 0 && kept < digits.Length && digits[kept] >= '5';
        string wanted = kept <= 0 ? "" : digits[..Math.Min(kept, digits.Length)].PadRight(kept, '0');
        if (roundsUp)
            wanted = Increment(wanted);
        wanted = wanted.PadLeft(decimals + 1, '0');
        return (value < 0 ? "-" : "") + wanted[..^decimals] + (decimals > 0 ? "." : "") + wanted[^decimals..];
    }

    /// <summary>The significant digits, and how many of them stand before the point (negative: zeros after it).</summary>
    private static (string Digits, int PointAt) Shortest(double value)
    {
        if (value is >= 1L << 53 and < 9.2233720368547758E18)
            return LargeWhole((long)value);
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int end = text.IndexOf('E');
        int exponent = end < 0 ? 0 : int.Parse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = end < 0 ? text : text[..end];
        int point = mantissa.IndexOf('.');
        string all = mantissa.Replace(".", "");
        string digits = all.TrimStart('0');
        return (digits, (point < 0 ? all.Length : point) + exponent - (all.Length - digits.Length));
    }

    /// <summary>Whole numbers past 53 bits: Java drops as many digits as the missing bits are sure to spoil, which leaves one or two more than the shortest.</summary>
    private static (string Digits, int PointAt) LargeWhole(long value)
    {
        int missingBits = Math.Max(BitOperations.Log2((ulong)value) - 54, 0);
        int dropped = (int)(missingBits * Math.Log10(2));
        long scale = (long)Math.Pow(10, dropped);
        long kept = (value + (scale / 2)) / scale;
        string digits = kept.ToString(CultureInfo.InvariantCulture);
        return (digits, digits.Length + dropped);
    }

    private static string Increment(string digits)
    {
        string kept = digits.TrimEnd('9');
        string nines = new('0', digits.Length - kept.Length);
        return kept.Length == 0 ? "1" + nines : kept[..^1] + (char)(kept[^1] + 1) + nines;
    }
}
