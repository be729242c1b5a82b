using System.Globalization;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs;

namespace LoadTool.Analysis.Gates;

/// <summary>A gate's answers in words, the same in every form.</summary>
internal static class GateText
{
    private const int MostLength = 300;
    private const double ManyTimes = 10;

    /// <summary>The answer in one sentence.</summary>
    internal static string Sentence(GateJudgement gate)
    {
        string forced = gate.Objections.Count > 0 && gate.Figures.Count > 0 ? $" (forced, although {gate.Objections[0]})" : "";
        FigureJudgement[] bad = [.. gate.Figures.Where(figure => figure.Verdict is FigureVerdict.Worse or FigureVerdict.OverLimit)];
        return gate.Verdict switch
        {
            GateVerdict.Pass => $"pass: {Judged(gate)} no worse than the baseline by anything that matters{forced}",
            GateVerdict.Improvement => $"improvement: {First([.. gate.With(FigureVerdict.Better)])}; {Judged(gate)} no worse than the baseline by anything that matters{forced}",
            GateVerdict.Regression => $"regression: {First(bad)}{forced}",
            GateVerdict.NotEnoughSamples => $"not enough samples: {NotEnough(gate)}{forced}",
            _ => $"invalid: {Invalid(gate)}{forced}",
        };
    }

    /// <summary>What is said of one figure, with its name.</summary>
    internal static string Line(FigureJudgement figure) => VisibleText.OneLine($"{figure.Name} {Finding(figure)}", MostLength);

    /// <summary>The verdict on one figure, in a word or two.</summary>
    internal static string Word(FigureVerdict verdict) => verdict switch
    {
        FigureVerdict.Holds => "no worse",
        FigureVerdict.Better => "better",
        FigureVerdict.Worse => "worse",
        FigureVerdict.OverLimit => "beyond its limit",
        FigureVerdict.Unclear => "not enough samples",
        FigureVerdict.TooFew => "not judged",
        _ => "missing",
    };

    /// <summary>A change with its sign: <c>+5.2 %</c>, from eleven times on <c>×12</c>, of errors <c>+0.12 points</c> of a percentage.</summary>
    internal static string Change(FigureKind kind, double change)
    {
        if (change >= ManyTimes && kind != FigureKind.Errors)
            return string.Create(CultureInfo.InvariantCulture, $"×{1 + change:#,0}");
        string digits = (Math.Abs(change) * 100).ToString(Math.Abs(change) < 0.0995 ? "0.##" : "0.#", CultureInfo.InvariantCulture);
        return $"{(digits == "0" ? "" : change < 0 ? "-" : "+")}{digits} {(kind == FigureKind.Errors ? "points" : "%")}";
    }

    /// <summary>An interval of changes.</summary>
    internal static string Change(FigureKind kind, Interval change) => $"{Change(kind, change.Low)} to {Change(kind, change.High)}";

    /// <summary>Runs by what people call them; of many the first and the last.</summary>
    internal static string Labels(IReadOnlyList<RunDigest> runs) => runs.Count switch
    {
        0 => "none",
        <= 6 => string.Join(", ", runs.Select(run => run.Label)),
        _ => $"{runs.Count} runs from {runs[0].Label} to {runs[^1].Label}",
    };

    /// <summary>How many of what.</summary>
    internal static string Count(long count, string thing) => $"{count:N0} {thing}{(count == 1 ? "" : "s")}";

    /// <summary>Why a figure has its verdict, and what would help; null where its figures say all.</summary>
    internal static string? Reason(FigureJudgement figure) => figure switch
    {
        { Reason: { } reason } => reason,
        { Verdict: FigureVerdict.Unclear, RunsNeeded: { } runs } => $"about {runs:N0} runs on each side would tell",
        { Verdict: FigureVerdict.Unclear } => $"runs differ too much to tell {Change(figure.Name.Kind, figure.Rule.MinEffect!.Value).TrimStart('+')}",
        _ => null,
    };

    private static string Finding(FigureJudgement figure)
    {
        string values = figure is { Base: { } before, New: { } after } ? $"from {figure.Name.Text(before)} to {figure.Name.Text(after)}" : "";
        string change = figure.Change is { } interval ? $", {Change(figure.Name.Kind, interval.Estimate)} ({Change(figure.Name.Kind, interval)})" : "";
        string reason = Reason(figure) is { } why ? $": {why}" : "";
        return figure.Verdict switch
        {
            FigureVerdict.Worse or FigureVerdict.Better => $"went {values}{change}",
            FigureVerdict.OverLimit => $"is {figure.Name.Text(figure.New ?? 0)}{reason}",
            FigureVerdict.Missing => $"cannot be compared{reason}",
            FigureVerdict.TooFew => $"is not judged{reason}",
            FigureVerdict.Unclear => $"went {values}{change}, which may or may not be a difference{reason}",
            _ => $"went {values}{change}",
        };
    }

    private static string Judged(GateJudgement gate)
    {
        int judged = gate.Figures.Count(figure => figure.Verdict is not FigureVerdict.TooFew);
        return $"{Count(judged, "figure")} of {Count(gate.News.Count, "run")} {(judged == 1 ? "is" : "are")}";
    }

    private static string First(FigureJudgement[] figures) => Line(figures[0]) + (figures.Length > 1 ? $"; and {Count(figures.Length - 1, "other figure")}" : "");

    private static string NotEnough(GateJudgement gate)
    {
        if (gate.Bases.Count == 0)
            return "there is no run to compare with";
        if (gate.News.Count + gate.Bases.Count == 2)
            return "one run on each side does not tell what runs scatter by; give several";
        return gate.With(FigureVerdict.Unclear).ToArray() is { Length: > 0 } unclear ? First(unclear) : "no figure rests on enough values to be judged";
    }

    private static string Invalid(GateJudgement gate)
    {
        string[] all = [.. gate.Figures.Count > 0 ? gate.With(FigureVerdict.Missing).Select(Line) : gate.Objections];
        return all[0] + (all.Length > 1 ? $"; and {Count(all.Length - 1, "other objection")}" : "") + (gate.Figures.Count == 0 ? "; --force compares all the same" : "");
    }
}
