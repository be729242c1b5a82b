using System.Globalization;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Analysis.Capacity;

/// <summary>Puts a capacity report into words, tables and charts.</summary>
internal static class CapacityDocument
{
    /// <param name="report">The report.</param>
    /// <param name="name">What was loaded: the script's name.</param>
    internal static Document Of(CapacityReport report, string name) => new($"Capacity of {name}", Verdict(report), ToneOf(report),
    [
        new Paragraph($"Objectives: {string.Join(", ", report.Found.Trials[0].Objectives.Select(result => result.Objective.Text))}. The load is {LoadWords.AxisOf(report.Plan.Kind)}."),
        new Bullets([.. Findings(report)]),
        new Heading("What is needed"),
        new Bullets([.. Needs(report)]),
        LatencyChart(report),
        ThroughputChart(report),
        new Heading("Every load that was held"),
        Trials(report),
        new Heading("How this was found"),
        new Bullets([.. Method(report)]),
    ]);

    private static Tone ToneOf(CapacityReport report) => report switch
    {
        { Outcome: CapacityOutcome.GeneratorLimited or CapacityOutcome.CannotTell } => Tone.Unclear,
        { Outcome: CapacityOutcome.NotHeld } or { Headroom.IsCarried: not true, Expected: not null } => Tone.Neutral,
        _ => Tone.Good,
    };

    private static string Verdict(CapacityReport report)
    {
        LoadKind kind = report.Plan.Kind;
        string? held = report.Found.Maximum is { } maximum ? LoadWords.Of(kind, maximum.Load) : null;
        return report.Outcome switch
        {
            CapacityOutcome.Found => $"the target carries about {LoadWords.Of(kind, report.Capacity!.Value.Estimate)}: {held} held for {LoadWords.Seconds(report.Found.Maximum!.Length)}, {LoadWords.Of(kind, report.Capacity.Value.High)} did not; the limit is {LoadWords.Of(report.Limit!.Value)}.",
            CapacityOutcome.AtLeast => $"the target carries at least {held}, the highest load that was allowed.",
            CapacityOutcome.NotHeld => $"the target does not keep its objectives at the smallest load tried, {LoadWords.Of(kind, report.Curve[0].Load)}.",
            CapacityOutcome.GeneratorLimited => $"{LoadWords.Of(report.Limit!.Value)} gave way before the target, at {LoadWords.Of(kind, report.GeneratorTrial!.Load)}: how much the target carries is not known. {Sentence(report.GeneratorTrial.Doubt!)}",
            _ => CannotTell(report, held),
        };
    }

    private static string CannotTell(CapacityReport report, string? held)
    {
        Trial[] undecided = [.. report.Found.Trials.Where(trial => trial is { Verdict: TrialVerdict.Undecided, Plan.Purpose: not TrialPurpose.Sweep })];
        int disturbed = undecided.Count(trial => !trial.IsTrusted);
        string why = report.Found.Gone is { } gone ? Death(report.Plan.Kind, gone)
            : report.Found.IsStopped ? "the search was stopped before its end"
            : 2 * disturbed > undecided.Length ? $"{disturbed} of the {undecided.Length} trials that could not be decided were disturbed by their generator, as noted; use a quieter machine"
            : report.Plan.Kind == LoadKind.Connections && undecided.Any(trial => trial.Objectives.Any(result => result is { Objective.Kind: ObjectiveKind.Errors, Ratio.Estimate: 0 }))
                ? "so few connections without an error do not exclude as many as the objective forbids; begin with more of them (--from), or allow more errors"
            : report.Found.IsOutOfTime ? "the time was up; give it a larger --budget"
            : "the loads could not be decided in their time; give them a longer --step-time, or the target less scatter";
        return (held, report.Found.Failed) switch
        {
            ({ }, { } failed) => $"the limit is somewhere from {held} to {LoadWords.Of(report.Plan.Kind, failed.Load)}: {why}.",
            ({ }, null) => $"{held} held, and nothing above it was decided: {why}.",
            (null, _) when report.Found.Highest is { } highest => $"{LoadWords.Of(report.Plan.Kind, highest.Load)} held once, and was not confirmed: {why}.",
            _ => $"no load was shown to hold: {why}.",
        };
    }

    private static string Death(LoadKind kind, Trial gone) =>
        $"at {LoadWords.Of(kind, gone.Load)} the target answered nothing any more, and then nothing at the least load that it had answered before: it did not come back. Start it again, and give a --limit below that load";

    private static IEnumerable<string> Findings(CapacityReport report)
    {
        LoadKind kind = report.Plan.Kind;
        if (report.Found.Maximum is { } maximum && report.Outcome != CapacityOutcome.GeneratorLimited)
        {
            yield return $"At {LoadWords.Of(kind, maximum.Load)}, confirmed for {LoadWords.Seconds(maximum.Length)}: {string.Join(", ", maximum.Objectives.Select(result => $"{result.Objective.FigureText} was {LoadWords.Of(result)}"))}.";
            if (report.Capacity is { } capacity)
                yield return $"The limit lies from {LoadWords.Between(kind, capacity)}, most likely near {LoadWords.Of(kind, capacity.Estimate)}: the lower end held and the upper end failed, each at a confidence of {LoadWords.Percent(TrialWatch.Confidence)}, and in between the trials say how far from it they were.";
        }

        if (report.Found.Failed is { } failed && report.Outcome == CapacityOutcome.Found)
            yield return $"At {LoadWords.Of(kind, failed.Load)} {string.Join(", ", failed.Objectives.Where(result => result.Verdict == TrialVerdict.Failed).Select(result => $"{result.Objective.FigureText} was {LoadWords.Of(result)}, not as asked: {result.Objective.Text}"))}.";
        if (report.Found.Gone is { } gone && report.Outcome != CapacityOutcome.CannotTell)
            yield return Sentence(Death(kind, gone));
        if (report.Found.IsStopped && report.Outcome != CapacityOutcome.CannotTell)
            yield return "The search was stopped before its end: what it had not tried yet is missing.";
        if (report.KneeAt is { } knee)
            yield return $"The knee is at {LoadWords.Of(kind, knee)}: beyond it latency grows faster with the load than before (Kneedle, on the logarithm of latency).";
        if (report.Found.Maximum is not null)
            yield return Balance(report);
        yield return Scaling(report);
        foreach (string surprise in report.Found.Surprises)
            yield return $"Contradiction: {surprise}. The later trial stands.";
    }

    private static string Balance(CapacityReport report) => report.Little switch
    {
        null => "Little's law has nothing to say here: too few iterations came to an end in their trial.",
        { IsKept: true } little => $"Little's law is kept: {LoadWords.Number(little.Seen.Estimate)} users were in flight, and rate times duration of iterations is {LoadWords.Number(little.Expected)}.",
        { } little => $"Little's law is not kept: {LoadWords.Number(little.Seen.Estimate)} users were in flight, where rate times duration of iterations is {LoadWords.Number(little.Expected)} ({Signed(little.Deviation)}). Something waits that the figures do not show, such as iterations that did not end.",
    };

    private static string Scaling(CapacityReport report)
    {
        if (report.Law is not { Law: var law } scaling)
            return $"No scalability law: it needs {ScalabilityLaw.LeastLoads} different loads in balance.";
        string figures = $"Universal Scalability Law, of throughput over {(report.Plan.Kind == LoadKind.Rate ? "users in flight" : LoadWords.AxisOf(report.Plan.Kind))}: λ {Figure(law.Lambda)} per second, σ {Figure(law.Sigma)}, κ {Figure(law.Kappa)} (95 %).";
        string meaning = scaling switch
        {
            { IsAmbiguous: true } => $" {LoadWords.Percent(scaling.Bend)} of proportional throughput is missing at the largest load, but these loads do not tell contention (σ) and crosstalk (κ) apart: more loads beyond the limit would.",
            { Law: { Sigma: var sigma, Kappa: var kappa } } when sigma.Holds(0) && kappa.Holds(0) => " Neither contention nor crosstalk shows at these loads.",
            { Law: { Kappa: var kappa, Peak: { } peak } } when kappa.Low > 0 => $" More load than {LoadWords.Number(peak)} users at once brings less throughput.",
            { Law.Kappa: var kappa } when kappa.Holds(0) => " What limits it is contention, as far as these loads show: throughput flattens, it does not fall.",
            _ => "",
        };
        return figures + meaning;
    }

    private static IEnumerable<string> Needs(CapacityReport report)
    {
        LoadKind kind = report.Plan.Kind;
        if (report.Headroom is { } headroom)
            yield return Room(kind, headroom);
        else if (report.Expected is { } expected)
            yield return $"Whether {LoadWords.Of(kind, expected)} is carried cannot be told without a limit{(report.Found.Maximum?.Load >= expected && report.Outcome != CapacityOutcome.GeneratorLimited ? $"; {LoadWords.Of(kind, report.Found.Maximum.Load)} held" : "")}.";
        if (report.Capacity is { } capacity && report.ProjectedLoad > capacity.High)
        {
            Headroom projected = report.Headroom ?? new Headroom(report.ProjectedLoad, capacity);
            yield return $"{LoadWords.Of(kind, report.ProjectedLoad)} takes {LoadWords.Range($"{projected.Targets.Least}", $"{projected.Targets.Most}")} targets like this one if they share nothing: each then carries what this one did. What they do share, such as a database or a balancer, was not measured and makes it more.";
        }

        if (report.Law is { } law && report.Capacity is not null && kind != LoadKind.Rate)
        {
            double beyond = 2 * law.Largest;
            Interval throughput = law.Throughput(beyond);
            yield return $"{LoadWords.Of(kind, beyond)}, twice the most that was tried, would get {Units.PerSecond(throughput.Low)} to {Units.PerSecond(throughput.High)} out of this target, if contention and crosstalk go on as they were and nothing else gives way, such as memory.";
        }

        yield return report.Generators is { } need
            ? $"{LoadWords.Of(kind, need.Load)} needs {LoadWords.Range($"{need.Least}", $"{need.Most}")} generator{(need.Most == 1 ? "" : "s")} like this one, of {need.LoopsEach} event loop{(need.LoopsEach == 1 ? "" : "s")} busy for at most {LoadWords.Percent(GeneratorNeed.Use)}: it keeps up to {LoadWords.Number(need.Cores)} processors busy, by what {(kind == LoadKind.Rate ? "iterations" : "users")} cost in these trials."
            : "How many generators a load needs cannot be told: this system does not say what the trials cost.";
    }

    private static string Room(LoadKind kind, Headroom headroom)
    {
        Interval room = headroom.Room;
        string expected = LoadWords.Of(kind, headroom.Expected);
        return headroom.IsCarried switch
        {
            true => $"{expected} is carried, with room for {LoadWords.Range(LoadWords.Percent(room.Low), LoadWords.Percent(room.High))} more.",
            false => $"{expected} is not carried: this target is short of it by {LoadWords.Range(LoadWords.Percent(-room.High), LoadWords.Percent(-room.Low))}.",
            _ => $"Whether {expected} is carried cannot be told: it lies where the limit may be.",
        };
    }

    private static Chart LatencyChart(CapacityReport report) => new(
        "Latency over load",
        LoadAxis(report),
        new ChartAxis("latency from the intended moment", seconds => LoadWords.Duration(seconds)) { IsLogarithmic = true },
        [
            new ChartSeries("p50", [.. Points(report, trial => trial.LatencyP50)]),
            new ChartSeries("p99", [.. Points(report, trial => trial.LatencyP99)]),
        ],
        [.. Marks(report), .. Objectives(report).Where(objective => objective.Kind == ObjectiveKind.Latency).Take(1).Select(objective => new ChartMark(objective.WrittenLimit, objective.Text, IsVertical: false))]);

    private static Chart ThroughputChart(CapacityReport report) => new(
        "Throughput over load",
        LoadAxis(report),
        new ChartAxis("successes per second", Units.PerSecond),
        [
            new ChartSeries("measured", [.. Points(report, trial => trial.Throughput)]),
            .. report.Law is { } law && report.Plan.Kind != LoadKind.Rate
                ? (ChartSeries[])[new ChartSeries("scalability law", [.. report.Curve.Select(trial => new ChartPoint(trial.Load, law.Law.Throughput(trial.Load)))]) { HasDots = false }]
                : [],
        ],
        [.. Marks(report)]);

    private static ChartAxis LoadAxis(CapacityReport report) => new(LoadWords.AxisOf(report.Plan.Kind), LoadWords.Number) { IsLogarithmic = report.Curve.Count > 0 && report.Curve[^1].Load > 20 * report.Curve[0].Load };

    private static IEnumerable<Objective> Objectives(CapacityReport report) => report.Found.Trials[0].Objectives.Select(result => result.Objective);

    private static IEnumerable<ChartPoint> Points(CapacityReport report, Func<Trial, double?> figure) =>
        from trial in report.Curve
        where trial.Verdict != TrialVerdict.GeneratorLimited && figure(trial) is not null
        select new ChartPoint(trial.Load, figure(trial)!.Value);

    private static IEnumerable<ChartMark> Marks(CapacityReport report)
    {
        if (report.Capacity is { } capacity)
            yield return new ChartMark(capacity.Estimate, "limit", IsVertical: true);
        if (report.KneeAt is { } knee)
            yield return new ChartMark(knee, "knee", IsVertical: true);
        if (report.Expected is { } expected)
            yield return new ChartMark(expected, "expected", IsVertical: true);
    }

    private static Table Trials(CapacityReport report) => new(
        [
            new TableColumn("load", IsNumber: true), new TableColumn("verdict"), new TableColumn("for"), new TableColumn("time", IsNumber: true), new TableColumn("throughput", IsNumber: true),
            new TableColumn("p50", IsNumber: true), new TableColumn("p99", IsNumber: true), new TableColumn("in flight", IsNumber: true), new TableColumn("generator", IsNumber: true), new TableColumn("note"),
        ],
        [.. report.Found.Trials.Select(trial => new TableRow(
            [
                LoadWords.Number(trial.Load), LoadWords.Of(trial), trial.Plan.Purpose.ToString().ToLowerInvariant(), LoadWords.Seconds(trial.Length), Units.PerSecond(trial.Throughput),
                LoadWords.Duration(trial.LatencyP50), LoadWords.Duration(trial.LatencyP99), LoadWords.Number(trial.InFlight.Estimate),
                trial.Cpu is { } cpu && trial.Loops > 0 ? LoadWords.Percent(cpu / trial.Loops) : "", trial.Doubt ?? "",
            ],
            trial.Verdict switch { TrialVerdict.Held => Tone.Good, TrialVerdict.Failed => Tone.Bad, _ => Tone.Unclear }))]);

    private static IEnumerable<string> Method(CapacityReport report)
    {
        SearchPlan plan = report.Plan;
        yield return $"Each load ran in a process of its own, {LoadWords.Seconds(TrialWatch.Settling)} to settle not counted, then from {LoadWords.Seconds(plan.Least)} to {LoadWords.Seconds(plan.Longest)} until the interval of every objective was on one side of its limit. A percentile's interval is that of the share of latencies above its limit; seconds that hang together count as what they are worth.";
        yield return "What could not be decided counts neither as held nor as failed. A load that held in a disturbed run has held, since latencies count from the intended moment and a generator can only make them longer; one that failed counts against the target only where the generator does not explain it.";
        if (report.Curve.Any(trial => !trial.IsTrusted && trial.Verdict != TrialVerdict.GeneratorLimited))
            yield return "Some trials were disturbed by their generator, as noted: they hold all the same, but the limit may be higher from a quieter machine.";
    }

    private static string Figure(Interval interval) => string.Create(CultureInfo.InvariantCulture, $"{interval.Estimate:G3} [{interval.Low:G3}, {interval.High:G3}]");

    private static string Signed(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:+0;-0} %");

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
}
