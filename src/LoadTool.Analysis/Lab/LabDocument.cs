using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Analysis.Lab;

/// <summary>What the lab says, for people.</summary>
internal static class LabDocument
{
    private static readonly TableColumn[] Heads = [new("cell", IsNumber: true), new("message"), new("writes"), new("answered")];

    /// <param name="settings">How it was run.</param>
    /// <param name="results">At least one.</param>
    /// <param name="remarks">What else is to be known of this run.</param>
    /// <param name="hasDetails">False leaves out the figures behind the differences, for a terminal.</param>
    internal static Document Of(LabSettings settings, IReadOnlyList<LabResult> results, IReadOnlyList<string> remarks, bool hasDetails) => new(
        "What Nagle's algorithm does",
        LabWords.Verdict(settings, results),
        Tone.Neutral,
        [
            Summary(settings, results),
            new Heading("What was seen"),
            new Bullets(LabWords.Of(settings, results)),
            .. hasDetails ? Details(results) : [],
            new Heading("How it was measured"),
            new Bullets([.. Method(settings), .. remarks]),
        ]);

    private static Table Summary(LabSettings settings, IReadOnlyList<LabResult> results) => new(
        [.. Heads, .. LabFigure.All.Select(figure => new TableColumn(figure.Name, IsNumber: true))],
        [.. results.Index().Select(cell => new TableRow([.. Names(cell.Index, cell.Item.Cell), .. cell.Item.Comparisons.Select(LabText.Short)], ToneOf(cell.Item)))],
        $"With Nagle's algorithm (NoDelay off) against without; CPU and packets per message. \"=\": no difference that matters, which is {Units.Share(settings.MinEffect)}. \"?\": not enough samples to tell.");

    private static IEnumerable<DocumentPart> Details(IReadOnlyList<LabResult> results) =>
    [
        new Heading("Figures"),
        Chart(LabFigure.LatencyP50, "p50 of each cell", results),
        Chart(LabFigure.SegmentsSent, "Packets sent per message", results),
        .. LabFigure.All.Select(figure => Detail(figure, results)),
    ];

    private static Chart Chart(LabFigure figure, string title, IReadOnlyList<LabResult> results) => new(
        title,
        new ChartAxis("cell, numbered as in the tables", value => "") { Categories = [.. results.Select((_, index) => $"{index + 1}")] },
        new ChartAxis(figure.Name, figure.Text) { IsLogarithmic = true },
        [Series("without", figure, results, comparison => comparison.Off), Series("with Nagle's algorithm", figure, results, comparison => comparison.On)],
        []);

    private static ChartSeries Series(string name, LabFigure figure, IReadOnlyList<LabResult> results, Func<LabComparison, double?> value) =>
        new(name, [.. results.Index().Where(item => value(item.Item[figure]) is not null).Select(item => new ChartPoint(item.Index, value(item.Item[figure])!.Value))]) { IsLine = false };

    private static Table Detail(LabFigure figure, IReadOnlyList<LabResult> results) => new(
        [.. Heads, new("without", IsNumber: true), new("with", IsNumber: true), new("difference (95 % interval)", IsNumber: true), new("verdict")],
        [.. results.Index().Select(cell => Row(cell.Index, cell.Item.Cell, cell.Item[figure]))],
        figure == LabFigure.LatencyP50 || figure == LabFigure.LatencyP99 || figure == LabFigure.Rate ? figure.Name : $"{figure.Name} per message");

    private static TableRow Row(int index, LabCell cell, LabComparison comparison) => new(
        [
            .. Names(index, cell),
            LabText.Value(comparison.Figure, comparison.Off),
            LabText.Value(comparison.Figure, comparison.On),
            LabText.Difference(comparison.Difference),
            Effects.Word(comparison.Verdict),
        ],
        comparison.Verdict switch
        {
            Effect.Better => Tone.Good,
            Effect.Worse => Tone.Bad,
            _ => Tone.Neutral,
        });

    private static string[] Names(int index, LabCell cell) => [$"{index + 1}", LabText.Bytes(cell.MessageBytes), cell.WritesText, cell.RepliesText];

    private static Tone ToneOf(LabResult result) =>
        LabWait.Of(result).Seconds > 0 ? Tone.Bad : result[LabFigure.SegmentsSent].Verdict == Effect.Better ? Tone.Good : Tone.Neutral;

    private static IEnumerable<string> Method(LabSettings settings) =>
    [
        $"Each cell ran in {settings.Blocks} pairs of blocks of {Units.Duration(settings.BlockLength.TotalNanoseconds)}, one with and one without, A B B A; the first fifth of each block is not counted. Both variants use the same {settings.Connections} connections. Seed {settings.Seed}.",
        "A difference is the mean over pairs, with a 95 % interval by bootstrap over them. A verdict needs all of its interval on one side of the size that matters. With this many intervals, about one in twenty does not hold the truth.",
        "Latency counts from the first write that a reply answers. Each write is one system call; the server's own sockets have NoDelay on.",
        "Packets are TCP segments of this end's connections (TCP_INFO), ACKs and what is sent again among them.",
        "CPU is the processor time of the one thread that sends and receives here, the system's part of it included. On loopback that is also where the server's TCP receives.",
    ];
}
