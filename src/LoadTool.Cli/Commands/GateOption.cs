using System.Globalization;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Runs;

namespace LoadTool.Cli.Commands;

/// <summary>Values of a gate's settings, on the command line and in its rules alike.</summary>
internal static class GateOption
{
    /// <summary>Reads a least difference that matters, such as <c>5%</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal static double MinEffect(string label, string text) => Percent(text) is { } share and > 0 and < 1
        ? share
        : throw new UsageException($"{label} {text} is no difference: write a percentage above 0% and below 100%, such as 5%");

    /// <summary>Reads a confidence, such as <c>99%</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal static double Confidence(string label, string text) => Percent(text) is { } share and >= 0.5 and < 1
        ? share
        : throw new UsageException($"{label} {text} is no confidence: write a percentage from 50% to below 100%, such as 99%");

    /// <summary>Reads a limit: a duration, a percentage or a rate.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    internal static GateLimit Limit(string label, string text)
    {
        if (Percent(text) is { } share and >= 0 and <= 1)
            return new GateLimit(share, FigureKind.Errors);
        if (text.EndsWith("/s", StringComparison.Ordinal) && Number(text[..^2]) is { } rate and > 0)
            return new GateLimit(rate, FigureKind.Rate);
        if (TimeText.TryParse(text, out TimeSpan time) && time > TimeSpan.Zero)
            return new GateLimit(time.TotalSeconds, FigureKind.Latency);
        throw new UsageException($"{label} {text} is no limit: write a duration such as 20ms, a rate such as 900/s, or a percentage such as 0.1%");
    }

    private static double? Percent(string text) => text.EndsWith('%') ? Number(text[..^1].TrimEnd()) / 100 : null;

    private static double? Number(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : null;
}
