using System.Globalization;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Analysis.Soak;

/// <summary>What a long run says, for people.</summary>
internal static class SoakDocument
{
    private const int Named = 4;

    /// <param name="name">The run's.</param>
    /// <param name="soak">The answer.</param>
    /// <param name="remarks">What else is to be known of this run.</param>
    internal static Document Of(string name, SoakJudgement soak, IReadOnlyList<string> remarks)
    {
        SoakFinding[] growing = [.. With(soak, SoakVerdict.Grows)], steady = [.. With(soak, SoakVerdict.Steady)];
        return new Document(
            $"{name}: does it stay as it is?",
            Sentence(soak),
            growing.Length > 0 ? Tone.Bad : steady.Length > 0 ? Tone.Good : Tone.Unclear,
            [
                new Bullets(remarks),
                new Table(
                    [new("what"), new("at first", IsNumber: true), new("at last", IsNumber: true), new("growth (95 % interval)", IsNumber: true), new("verdict")],
                    [.. soak.Findings.Where(finding => finding.Growth is not null).Select(Row)]),
                new Bullets([.. soak.Findings.Where(finding => finding.Reason is not null).Select(finding => $"cannot tell of {finding.Name}: {finding.Reason}")]),
                .. soak.Findings.Where(finding => finding.Means.Count > 1 && finding.Unit != SoakUnit.Errors).Select(Chart),
                new Heading("How it was judged"),
                new Bullets(
                [
                    string.Create(CultureInfo.InvariantCulture, $"From {soak.From:0} s to {soak.To:0} s after the start, with {soak.Sockets:#,0} sockets in the mean: before, connections came and code warmed up."),
                    $"That time is cut into {Trend.Stretches} parts, and a line laid through what they have; its interval is Student's. A swing that is longer than such a part looks like growth.",
                    "Percentiles are of all values of a part. Each interval holds the truth 95 times in 100, by itself.",
                ]),
            ]);
    }

    /// <summary>A growth with its unit.</summary>
    internal static string Growth(SoakUnit unit, double growth) => unit switch
    {
        SoakUnit.Bytes => string.Create(CultureInfo.InvariantCulture, $"{growth:+#,0.#;-#,0.#;0} B/min/socket"),
        SoakUnit.Latency => GateText.Change(FigureKind.Latency, growth),
        _ => GateText.Change(FigureKind.Errors, growth),
    };

    private static string Sentence(SoakJudgement soak)
    {
        SoakFinding[] growing = [.. With(soak, SoakVerdict.Grows)], unclear = [.. With(soak, SoakVerdict.NotEnoughSamples)];
        int steady = With(soak, SoakVerdict.Steady).Count();
        string said = growing.Length > 0
            ? $"{string.Join("; ", growing.Take(Named).Select(Grows))}{(growing.Length > Named ? $"; and {growing.Length - Named} more" : "")}"
            : steady > 0 ? $"{GateText.Count(steady, "figure")} {(steady == 1 ? "stays as it is" : "stay as they are")}" : "not enough samples";
        return unclear.Length == 0 || (growing.Length == 0 && steady == 0) ? said : $"{said}; not enough samples to tell of {string.Join(", ", unclear.Take(Named).Select(finding => finding.Name))}{(unclear.Length > Named ? $" and {unclear.Length - Named} more" : "")}";
    }

    private static string Grows(SoakFinding finding) =>
        $"{finding.Name} grows: {Growth(finding.Unit, finding.Growth!.Value.Estimate)} ({Growth(finding.Unit, finding.Growth.Value.Low)} to {Growth(finding.Unit, finding.Growth.Value.High)})";

    private static IEnumerable<SoakFinding> With(SoakJudgement soak, SoakVerdict verdict) => soak.Findings.Where(finding => finding.Verdict == verdict);

    private static TableRow Row(SoakFinding finding) => new(
        [
            finding.Name,
            Value(finding, finding.Means[0].Value),
            Value(finding, finding.Means[^1].Value),
            $"{Growth(finding.Unit, finding.Growth!.Value.Estimate)} ({Growth(finding.Unit, finding.Growth.Value.Low)} to {Growth(finding.Unit, finding.Growth.Value.High)})",
            finding.Verdict switch { SoakVerdict.Grows => "grows", SoakVerdict.Steady => "no growth that matters", _ => "not enough samples" },
        ],
        finding.Verdict switch { SoakVerdict.Grows => Tone.Bad, SoakVerdict.Steady => Tone.Neutral, _ => Tone.Unclear });

    private static Chart Chart(SoakFinding finding) => new(
        finding.Name,
        new ChartAxis("time since the start", seconds => Units.Length(TimeSpan.FromSeconds(Math.Max(0, seconds)))),
        new ChartAxis(finding.Unit == SoakUnit.Bytes ? "target memory" : "latency", value => Value(finding, value)),
        [new ChartSeries(finding.Name, [.. finding.Means.Select(point => new ChartPoint(point.Time, point.Value))])],
        []);

    private static string Value(SoakFinding finding, double value) => finding.Unit switch
    {
        SoakUnit.Bytes => Units.Bytes(Math.Max(0, Math.Round(value))),
        SoakUnit.Latency => Units.Duration(Math.Max(0, value * 1e9)),
        _ => Units.Share(value),
    };
}
