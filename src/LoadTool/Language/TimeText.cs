using System.Globalization;

namespace LoadTool;

/// <summary>Lengths of time as k6 writes them: <c>500ms</c>, <c>30s</c>, <c>1m30s</c>, <c>2h</c>, <c>1.5m</c>.</summary>
internal static class TimeText
{
    /// <summary>Reads a length of time from zero to <see cref="LoadSimulation.Longest"/>.</summary>
    internal static bool TryParse(string text, out TimeSpan time)
    {
        double milliseconds = 0;
        int at = 0;
        time = default;
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
                return false;
            milliseconds += number * unit.Value;
            at = unitEnd;
        }

        if (text.Length == 0 || milliseconds > LoadSimulation.Longest.TotalMilliseconds)
            return false;
        time = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    private static double? MillisecondsOf(string unit) => unit switch
    {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => null,
    };
}
