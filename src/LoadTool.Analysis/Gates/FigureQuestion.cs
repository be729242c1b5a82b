using System.Globalization;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Gates;

/// <summary>One figure on both sides of a gate, before anything is said of it.</summary>
internal sealed class FigureQuestion
{
    private const double ShownConfidence = 0.95;

    private readonly FigureName _name;
    private readonly GateRule _rule;
    private readonly DigestFigure[] _news;
    private readonly DigestFigure[] _bases;
    private readonly IReadOnlyList<RunDigest> _newRuns;
    private readonly string? _missing;
    private readonly BetweenRuns? _difference;

    internal FigureQuestion(FigureName name, GateRule rule, IReadOnlyList<RunDigest> news, IReadOnlyList<RunDigest> bases)
    {
        (_name, _rule, _newRuns) = (name, rule, news);
        _missing = news.Concat(bases).FirstOrDefault(run => run.Find(name) is null)?.Label;
        _news = [.. news.Select(run => run.Find(name)).OfType<DigestFigure>()];
        _bases = [.. bases.Select(run => run.Find(name)).OfType<DigestFigure>()];
        if (_missing is null && TooFew() is null)
            _difference = BetweenRuns.Of([.. _news.Select(FigureScale.Sample)], [.. _bases.Select(FigureScale.Sample)]);
    }

    /// <summary>Whether runs have an answer, and so a chance to be wrong.</summary>
    internal bool IsAsked => _difference is not null;

    /// <summary>The chance of a difference as bad as this where there is none.</summary>
    internal double ChanceOfWorse => _name.IsLowerBetter ? _difference!.Value.ChanceOfHigher : _difference!.Value.ChanceOfLower;

    /// <summary>The chance of one as good.</summary>
    internal double ChanceOfBetter => _name.IsLowerBetter ? _difference!.Value.ChanceOfLower : _difference!.Value.ChanceOfHigher;

    private double Level => 1 - _rule.Confidence!.Value;

    /// <summary>Says what can be said.</summary>
    /// <param name="worse">The chance of worse as it counts among all figures.</param>
    /// <param name="better">The chance of better, likewise.</param>
    /// <param name="asked">How many figures are asked together.</param>
    internal FigureJudgement Answer(double worse, double better, int asked)
    {
        FigureJudgement known = new(_name, FigureVerdict.Unclear, _rule) { Base = Center(_bases), New = Center(_news) };
        if (_missing is { } label)
            return known with { Verdict = FigureVerdict.Missing, Reason = $"{label} has none" };
        if (_rule.Limit is { Value: double limit } && (_name.IsLowerBetter ? known.New > limit : known.New < limit))
            known = known with { Verdict = FigureVerdict.OverLimit, Reason = $"its limit is {_name.Text(limit)}" };
        FigureJudgement told = TooFew() is { } why ? known with { Verdict = FigureVerdict.TooFew, Reason = why }
            : _difference is not { } difference ? known with { Reason = "one run on each side does not tell what runs scatter by" }
            : Decide(known, difference, worse, better, asked);
        return known.Verdict == FigureVerdict.OverLimit ? told with { Verdict = FigureVerdict.OverLimit, Reason = known.Reason } : told;
    }

    /// <summary>
    /// Worse is what is surely worse and may be so by what matters; no worse is what is surely not worse by what matters; the rest is unclear. So every figure is one of the three, a real difference of the size
    /// that matters is found as surely as any difference is, and what runs enough would show to be small does not raise an alarm.
    /// </summary>
    private FigureJudgement Decide(FigureJudgement known, BetweenRuns difference, double worse, double better, int asked)
    {
        double sign = _name.IsLowerBetter ? 1 : -1, matters = FigureScale.Matters(_name, _rule.MinEffect!.Value);
        Interval shown = difference.Interval(ShownConfidence);
        double high = Math.Max(sign * shown.Low, sign * shown.High), low = Math.Min(sign * shown.Low, sign * shown.High);
        known = known with { Change = FigureScale.Change(_name.Kind, shown), Chance = Math.Min(worse, better) };
        if (worse <= Level && high >= matters)
            return known with { Verdict = FigureVerdict.Worse };
        if (better <= Level && low <= -matters)
            return known with { Verdict = FigureVerdict.Better };
        if (high < matters)
            return known with { Verdict = FigureVerdict.Holds };
        if (_name.Kind == FigureKind.Errors && known is { Base: 0, New: 0 })
            return known with { Verdict = FigureVerdict.TooFew, Reason = $"{_news.Sum(figure => figure.Samples):N0} attempts without a failure do not exclude {_name.Text(_rule.MinEffect.Value)}" };
        if (difference.AsUsual.ChanceOfHigher * asked <= Level && Event() is { } single)
            return known with { Reason = single };
        return known with { RunsNeeded = BetweenRuns.RunsNeeded(difference.Scatter(_news.Length, _bases.Length), matters, Level / Math.Max(1, asked)) };
    }

    /// <summary>What may have made a percentile what it is: the worst second of the run whose values leave most open.</summary>
    private string? Event()
    {
        int run = Enumerable.Range(0, _news.Length).MaxBy(index => _news[index].Burst?.Variance);
        return _news[run].Burst is not { } burst ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"few events decide it: in {_newRuns[run].Label} {burst.Share:0 %} of what is above it came in the second from {_newRuns[run].StartedAt.AddSeconds(burst.Second).ToUniversalTime():HH:mm:ss} UTC; further runs would tell");
    }

    private double? Center(DigestFigure[] figures) => figures.Length == 0 ? null : FigureScale.Center(_name.Kind, figures.Select(figure => figure.Value));

    private string? TooFew()
    {
        DigestFigure least = _news.Concat(_bases).MinBy(figure => figure.Samples);
        return !least.IsTooFew ? null : least.Samples == 0 ? "nothing was counted" : $"it rests on {GateText.Count(least.Samples, "value")} of a run, and needs {_name.LeastSamples:N0}";
    }
}
