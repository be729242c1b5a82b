using LoadTool.Analysis.Histories;

namespace LoadTool.Analysis.Gates;

/// <summary>What a gate says, and of what.</summary>
/// <param name="Verdict">What it says.</param>
/// <param name="News">The new runs.</param>
/// <param name="Bases">The runs they were compared with.</param>
/// <param name="Settings">How.</param>
/// <param name="Figures">Figure by figure; empty where runs must not be compared.</param>
/// <param name="Objections">Why runs must not be compared, in one line each; they were all the same where that was forced.</param>
internal sealed record GateJudgement(
    GateVerdict Verdict, IReadOnlyList<RunDigest> News, IReadOnlyList<RunDigest> Bases, GateSettings Settings, IReadOnlyList<FigureJudgement> Figures, IReadOnlyList<string> Objections)
{
    /// <summary>What its reader should know besides.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Figures with a verdict, in their order.</summary>
    internal IEnumerable<FigureJudgement> With(FigureVerdict verdict) => Figures.Where(figure => figure.Verdict == verdict);
}
