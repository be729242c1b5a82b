using System.Globalization;

namespace LoadTool.Cli.Commands;

/// <summary>Durations as k6 writes them: <c>500ms</c>, <c>30s</c>, <c>1m30s</c>, <c>2h</c>, <c>1.5m</c>.</summary>
internal static class DurationText
{
    private static readonly TimeSpan Longest = LoadSimulation.Longest;

    /// <summary>Reads a duration greater than zero.</summary>
    /// <exception cref="UsageException">It is none, or too long.</exception>
    internal static TimeSpan Parse(string option, string text) => ParseOrZero(option, text) is { Ticks: > 0 } duration ? duration : throw Refuse(option, text);

    /// <summary>Reads a duration that may be zero.</summary>
    /// <exception cref="UsageException">It is none, or too long.</exception>
    internal static TimeSpan ParseOrZero(string option, string text)
    {
        double milliseconds = 0;
        int at = 0;
        while (at < text.Length)
        {
            int digits = at;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
                digits++;
            int unitEnd = digits;
            while (unitEnd < text.Length && char.IsAsciiLetter(text[unitEnd]))
                unitEnd++;
            double? unit = MillisecondsOf(text[digits..unitEnd]);
            if (unit is null || !double.TryParse(text[at..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                throw Refuse(option, text);
            milliseconds += number * unit.Value;
            at = unitEnd;
        }

        return text.Length > 0 && milliseconds <= Longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : throw Refuse(option, text);
    }

    private static double? MillisecondsOf(string unit) => unit switch
    {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => null,
    };

    private static UsageException Refuse(string option, string text) =>
        new($"{option} {text} is no duration: write a number with its unit, such as 500ms, 30s, 1m30s or 2h (at most 30 days)");
}
