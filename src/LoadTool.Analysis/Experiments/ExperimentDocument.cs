using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Analysis.Experiments;

/// <summary>What a comparison says, for people.</summary>
internal static class ExperimentDocument
{
    /// <param name="title">What was compared.</param>
    /// <param name="results">One for each variant but the first.</param>
    /// <param name="minEffect">The size that matters, as a share.</param>
    /// <param name="method">How it was measured, in sentences.</param>
    /// <param name="remarks">What else is to be known of these runs.</param>
    internal static Document Of(string title, IReadOnlyList<ExperimentResult> results, double minEffect, IReadOnlyList<string> method, IReadOnlyList<string> remarks)
    {
        bool tells = results.Any(result => result.TellsSomething);
        return new Document(
            title,
            string.Join("; ", results.Select(Sentence)),
            !tells ? Tone.Unclear : Tone.Neutral,
            [
                new Bullets(remarks),
                .. results.SelectMany(Parts),
                new Heading("How it was compared"),
                new Bullets(
                [
                    .. method,
                    $"Intervals hold the truth 95 times in 100, each by itself: of twenty figures one is expected to miss it. Better or worse is what lies beyond {Units.Share(minEffect)} with its whole interval, "
                    + $"of errors beyond {Units.Share(GateSettings.ErrorsMinEffect)} of all attempts; no difference that matters is what lies within, with its whole interval.",
                ]),
            ]);
    }

    /// <summary>One variant against the first in one sentence.</summary>
    internal static string Sentence(ExperimentResult result)
    {
        List<string> parts = [];
        Add("worse", Effect.Worse);
        Add("better", Effect.Better);
        int same = result.With(Effect.NoDifferenceThatMatters).Count(), unclear = result.With(Effect.NotEnoughSamples).Count();
        if (same > 0)
            parts.Add($"{(parts.Count == 0 ? "" : "of the others ")}{GateText.Count(same, "figure")} without a difference that matters");
        if (unclear > 0)
            parts.Add(unclear == result.Figures.Count ? "not enough samples to tell anything" : $"{unclear} with not enough samples");
        return $"{result.New} against {result.Base}: {string.Join("; ", parts)}";

        void Add(string word, Effect verdict)
        {
            FigureComparison[] figures = [.. result.With(verdict)];
            if (figures.Length > 0)
                parts.Add($"{word}: {string.Join(", ", figures.Take(4).Select(figure => $"{figure.Name} {GateText.Change(figure.Name.Kind, figure.Change!.Value.Estimate)}"))}{(figures.Length > 4 ? $" and {figures.Length - 4} more" : "")}");
        }
    }

    private static IEnumerable<DocumentPart> Parts(ExperimentResult result) =>
    [
        new Heading($"{result.New} against {result.Base}"),
        new Table(
            [new("figure"), new(result.Base, IsNumber: true), new(result.New, IsNumber: true), new("difference (95 % interval)", IsNumber: true), new("verdict")],
            [.. result.Figures.Where(figure => figure.Reason is null).Select(Row)]),
        new Bullets([.. result.Figures.Where(figure => figure.Reason is not null).GroupBy(figure => figure.Reason!).Select(same => $"cannot tell of {string.Join(", ", same.Select(figure => figure.Name))}: {same.Key}")]),
        Chart(result, FigureKind.Latency, "Latencies"),
    ];

    private static TableRow Row(FigureComparison figure) => new(
        [
            figure.Name.ToString(),
            Value(figure.Name, figure.Base),
            Value(figure.Name, figure.New),
            figure.Change is { } change ? $"{GateText.Change(figure.Name.Kind, change.Estimate)} ({GateText.Change(figure.Name.Kind, change)})" : "–",
            Word(figure),
        ],
        figure.Verdict switch { Effect.Worse => Tone.Bad, Effect.Better => Tone.Good, Effect.NotEnoughSamples => Tone.Unclear, _ => Tone.Neutral });

    private static Chart Chart(ExperimentResult result, FigureKind kind, string title)
    {
        FigureComparison[] figures = [.. result.Figures.Where(figure => figure.Name.Kind == kind && figure.Base is not null && figure.New is not null)];
        return new Chart(
            title,
            new ChartAxis("figure", value => "") { Categories = [.. figures.Select(figure => figure.Name.ToString())] },
            new ChartAxis("latency", value => Units.Duration(value * 1e9)) { IsLogarithmic = true },
            [
                new ChartSeries(result.Base, [.. figures.Select((figure, index) => new ChartPoint(index, figure.Base!.Value))]) { IsLine = false },
                new ChartSeries(result.New, [.. figures.Select((figure, index) => Point(index, figure))]) { IsLine = false },
            ],
            []);
    }

    /// <summary>Its whisker is the interval of the difference, put on the first one's value.</summary>
    private static ChartPoint Point(int index, FigureComparison figure) => figure.Change is { } change
        ? new ChartPoint(index, figure.New!.Value, figure.Base!.Value * (1 + change.Low), figure.Base.Value * (1 + change.High))
        : new ChartPoint(index, figure.New!.Value);

    private static string Value(FigureName name, double? value) => value is { } known ? name.Text(known) : "–";

    private static string Word(FigureComparison figure) => figure switch
    {
        { Verdict: Effect.NotEnoughSamples, Change: { Low: > 0 } } => "higher, but whether by what matters: not enough samples",
        { Verdict: Effect.NotEnoughSamples, Change: { High: < 0 } } => "lower, but whether by what matters: not enough samples",
        _ => Effects.Word(figure.Verdict),
    };
}
