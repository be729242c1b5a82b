using System.Globalization;

namespace LoadTool.Cli.Commands;

/// <summary>Arrival rates: <c>300</c>, <c>300/s</c>, <c>0.5/s</c>, <c>90/m</c>.</summary>
internal static class RateText
{
    /// <summary>Reads a rate as a whole number of arrivals per interval.</summary>
    /// <exception cref="UsageException">It is none, or not greater than zero.</exception>
    internal static (int Rate, TimeSpan Interval) Parse(string option, string text)
    {
        string[] parts = text.Split('/');
        TimeSpan? unit = parts switch
        {
            [_] or [_, "s"] => TimeSpan.FromSeconds(1),
            [_, "m"] => TimeSpan.FromMinutes(1),
            [_, "h"] => TimeSpan.FromHours(1),
            _ => null,
        };
        if (unit is null || !decimal.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal rate) || rate <= 0)
            throw Refuse(option, text);

        // 2.5 per second is 25 per 10 seconds: arrivals are spaced evenly, so it is the same.
        int scale = 1;
        while (rate * scale != decimal.Truncate(rate * scale) && scale < 1_000_000)
            scale *= 10;
        return rate * scale is >= 1 and <= int.MaxValue ? ((int)(rate * scale), unit.Value * scale) : throw Refuse(option, text);
    }

    private static UsageException Refuse(string option, string text) =>
        new($"{option} {text} is no arrival rate: write iterations per second such as 300 or 0.5, or with a unit such as 300/s or 90/m");
}
