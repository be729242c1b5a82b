using System.Globalization;

namespace LoadTool.Outputs.Terminal;

/// <summary>Figures as people read them, the same in every culture.</summary>
internal static class Units
{
    private static readonly string[] Durations = ["ns", "µs", "ms", "s"];
    private static readonly string[] Sizes = ["B", "kB", "MB", "GB", "TB"];
    private static readonly string[] Multiples = ["", "k", "M", "G"];

    /// <summary>A duration with three significant digits: <c>1.23 ms</c>.</summary>
    /// <param name="nanoseconds">Nanoseconds, 0 or more.</param>
    internal static string Duration(double nanoseconds) => nanoseconds == 0 ? "0 ns" : Scaled(nanoseconds, Durations, " ");

    /// <summary>A size in decimal multiples with three significant digits: <c>1.23 MB</c>.</summary>
    /// <param name="bytes">Bytes, 0 or more.</param>
    internal static string Bytes(double bytes) => bytes < 1000 && bytes == Math.Floor(bytes) ? $"{bytes:F0} B" : Scaled(bytes, Sizes, " ");

    /// <summary>A whole number with thousands apart.</summary>
    internal static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>How often per second, with three significant digits: <c>9.97k/s</c>.</summary>
    /// <param name="count">How often.</param>
    /// <param name="time">In which time; zero gives zero.</param>
    internal static string Rate(long count, TimeSpan time) => PerSecond(PerSecond(count, time));

    /// <summary>A rate that was computed, with three significant digits: <c>9.97k/s</c>.</summary>
    internal static string PerSecond(double perSecond) => perSecond < 0 ? $"-{PerSecond(-perSecond)}" : perSecond == 0 ? "0/s" : $"{Scaled(perSecond, Multiples, "")}/s";

    /// <summary>A share as a percentage; what is not zero is not shown as zero.</summary>
    /// <param name="share">1 is all.</param>
    internal static string Share(double share) => share == 0 ? "0 %" : share < 0 ? $"-{Percent(-share * 100)}" : Percent(share * 100);

    /// <summary>Bytes per second.</summary>
    internal static string ByteRate(long bytes, TimeSpan time) => $"{Bytes(PerSecond(bytes, time))}/s";

    /// <summary>A threshold's value in its unit, or that there is none.</summary>
    internal static string Of(ThresholdResult threshold) => threshold switch
    {
        { Value: null } => "nothing was counted: is the name right?",
        { Unit: ThresholdUnit.Nanoseconds, Value: double nanoseconds } => Duration(nanoseconds),
        { Unit: ThresholdUnit.PerSecond, Value: double rate } => $"{Scaled(rate, Multiples, "")}/s",
        { Unit: ThresholdUnit.Share, Value: double share } => Share(share),
        { Unit: ThresholdUnit.Value, Value: double value } => value.ToString("0.###", CultureInfo.InvariantCulture),
        { Unit: ThresholdUnit.Condition, Value: double answer } => answer > 0 ? "true" : "false",
        { Value: double count } => Count((long)count),
    };

    /// <summary>A share in percent, which is never shown as nothing when it is something.</summary>
    internal static string Percent(long part, long whole) => Percent(100.0 * part / whole);

    /// <summary>The length of a run: <c>12.3 s</c>, <c>1m02s</c>, <c>1h00m05s</c>.</summary>
    internal static string Length(TimeSpan length) => length.TotalSeconds switch
    {
        < 59.95 => string.Create(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0.#} s"),
        < 3599.5 => string.Create(CultureInfo.InvariantCulture, $"{Whole(length) / 60}m{Whole(length) % 60:00}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Whole(length) / 3600}h{Whole(length) / 60 % 60:00}m{Whole(length) % 60:00}s"),
    };

    /// <summary>A moment of a run as a clock shows it: <c>1:02</c>, <c>1:00:05</c>.</summary>
    internal static string Clock(TimeSpan sinceStart) => sinceStart < TimeSpan.FromHours(1)
        ? sinceStart.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(long)sinceStart.TotalHours}:{sinceStart:mm\\:ss}");

    private static string Percent(double percent) =>
        percent < 0.001 ? "<0.001 %" : string.Create(CultureInfo.InvariantCulture, $"{percent:0.###} %");

    private static long Whole(TimeSpan length) => (long)Math.Round(length.TotalSeconds);

    private static double PerSecond(long count, TimeSpan time) => time > TimeSpan.Zero ? count / time.TotalSeconds : 0;

    private static string Scaled(double value, string[] units, string space)
    {
        int unit = 0;

        // Rounding decides, or 999.9 µs would be printed as 1000 µs.
        for (; value >= 999.5 && unit < units.Length - 1; unit++)
            value /= 1000;
        string digits = value.ToString(value >= 99.95 ? "F0" : value >= 9.995 ? "F1" : "F2", CultureInfo.InvariantCulture);
        return digits + space + units[unit];
    }
}
