using LoadTool.Analysis.Runs;

namespace LoadTool.Analysis.Gates;

/// <summary>How a gate judges.</summary>
internal sealed record GateSettings
{
    /// <summary>What matters of latencies and rates unless somebody says otherwise.</summary>
    internal const double DefaultMinEffect = 0.05;

    /// <summary>Of a hundred gates of the same software, at most one raises an alarm.</summary>
    internal const double DefaultConfidence = 0.99;

    /// <summary>What matters of errors unless a rule says otherwise: one attempt in a thousand.</summary>
    internal const double ErrorsMinEffect = 0.001;

    /// <summary>The least difference of latencies and rates that matters, as a share of the figure.</summary>
    internal double MinEffect { get; init; } = DefaultMinEffect;

    /// <summary>That no figure which did not become worse is called so: of all figures together.</summary>
    internal double Confidence { get; init; } = DefaultConfidence;

    /// <summary>Rules; of several for one figure the later one wins, setting by setting.</summary>
    internal IReadOnlyList<GateRule> Rules { get; init; } = [];

    /// <summary>Whether runs are compared although they should not be.</summary>
    internal bool IsForced { get; init; }

    /// <summary>All that is said of one figure, as one rule without gaps but for the limit.</summary>
    internal GateRule For(FigureName name)
    {
        GateRule all = new(name.ToString(), "") { MinEffect = name.Kind == FigureKind.Errors ? ErrorsMinEffect : MinEffect, Confidence = Confidence, IsIgnored = false };
        return Rules.Where(rule => rule.Matches(name)).Aggregate(all, (sum, rule) => sum with
        {
            MinEffect = rule.MinEffect ?? sum.MinEffect,
            Confidence = rule.Confidence ?? sum.Confidence,
            Limit = rule.Limit is { } limit && limit.IsOf(name.Kind) ? limit : sum.Limit,
            IsIgnored = rule.IsIgnored ?? sum.IsIgnored,
        });
    }
}
