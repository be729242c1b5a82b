using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Gates;

/// <summary>What a gate says of one figure, and what it rests on.</summary>
/// <param name="Name">The figure.</param>
/// <param name="Verdict">What is said.</param>
/// <param name="Rule">What it was held against.</param>
internal sealed record FigureJudgement(FigureName Name, FigureVerdict Verdict, GateRule Rule)
{
    /// <summary>The baseline's runs together, in the figure's unit: their mean, geometric but for errors. Null where some lack it.</summary>
    internal double? Base { get; init; }

    /// <summary>The same of the new runs.</summary>
    internal double? New { get; init; }

    /// <summary>How much higher the new runs are, and the 95 % interval of that: as a share of the baseline's, of errors as a share of all attempts. Null when runs cannot tell their scatter.</summary>
    internal Interval? Change { get; init; }

    /// <summary>The chance that a change as bad (or, of what is better, as good) is none, among all figures of the gate; 1 where nothing was asked.</summary>
    internal double Chance { get; init; } = 1;

    /// <summary>How many runs on each side would tell a difference that matters; null when that is not known, or too many.</summary>
    internal int? RunsNeeded { get; init; }

    /// <summary>Why, where figures do not tell; null for nothing to add.</summary>
    internal string? Reason { get; init; }
}
