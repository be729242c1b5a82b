using System.Globalization;
using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Lab;

/// <summary>Differences and verdicts as people read them.</summary>
internal static class LabText
{
    /// <summary>From this share on, a factor is easier to read than a percentage.</summary>
    private const double FactorFrom = 2;

    /// <summary>From here on its fraction says nothing.</summary>
    private const double LargeFactor = 99;

    /// <summary>A size of messages.</summary>
    internal static string Bytes(int bytes) => bytes >= 1_024 && bytes % 1_024 == 0 ? $"{bytes / 1_024} KiB" : $"{bytes} B";

    /// <summary>A difference, as a percentage or, where it is large, as a factor.</summary>
    internal static string Difference(double share) => share switch
    {
        >= LargeFactor => string.Create(CultureInfo.InvariantCulture, $"× {share + 1:N0}"),
        >= FactorFrom => string.Create(CultureInfo.InvariantCulture, $"× {share + 1:0.0}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{share * 100:+0.0;−0.0;0.0} %"),
    };

    /// <summary>With its interval.</summary>
    internal static string Difference(Interval? difference) =>
        difference is { } known ? $"{Difference(known.Estimate)} ({Difference(known.Low)} to {Difference(known.High)})" : "–";

    /// <summary>A value with its unit, or that there is none.</summary>
    internal static string Value(LabFigure figure, double? value) => value is { } known ? figure.Text(known) : "–";

    /// <summary>Verdict and size in the fewest letters.</summary>
    internal static string Short(LabComparison comparison) => comparison.Verdict switch
    {
        Effect.NoDifferenceThatMatters => "=",
        Effect.NotEnoughSamples => "?",
        Effect verdict => $"{Difference(comparison.Difference!.Value.Estimate)} {Effects.Word(verdict)}",
    };
}
