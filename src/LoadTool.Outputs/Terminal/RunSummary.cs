using System.Globalization;
using LoadTool.Metrics;
using Spectre.Console.Rendering;

namespace LoadTool.Outputs.Terminal;

/// <summary>The end of a run on one screen, as lines; 80 columns hold them unless names are long.</summary>
internal sealed class RunSummary(RunResult result)
{
    private const int MaxFailures = 10;
    private const int MaxNameLength = 40;
    private const int MaxStatusLength = 32;
    private const int MaxDetailLength = 100;
    private const int LabelWidth = 19;
    private const int CellWidth = 8;

    private static readonly string[] Columns = ["mean", "p50", "p75", "p95", "p99", "p99.9", "max"];

    private readonly List<StyledLine> _lines = [];

    /// <summary>How the run went, with every kind of trouble.</summary>
    internal IReadOnlyList<StyledLine> Essentials()
    {
        AddVerdict();
        AddTrust(notes: false);
        AddThresholds(result.Thresholds.Where(threshold => threshold.IsCrossed));
        AddFailures();
        AddChecks(result.Checks.Where(check => check.FailCount > 0));
        AddErrors();
        return _lines;
    }

    /// <summary>The essentials, then the figures.</summary>
    internal IReadOnlyList<StyledLine> All()
    {
        AddTrust(notes: true);
        AddVerdict();
        AddThresholds(result.Thresholds);
        AddFailures();
        AddCloseCodes();
        AddErrors();
        AddLatencies();
        AddChecks(result.Checks);
        AddMetrics(result.Metrics);
        AddTraffic();
        AddCost();
        return _lines;
    }

    /// <summary>The first line: whether all that follows is the target's doing. Worth a line of its own only when it is not, for who wants the essentials.</summary>
    private void AddTrust(bool notes)
    {
        if (result.Trust is not { } trust || (trust.Verdict == TrustVerdict.Trusted && !notes))
            return;
        Histogram lag = trust.Figures.Lag;
        string verdict = trust.Verdict.ToString().ToLowerInvariant();
        string lags = lag.TotalCount == 0 ? "" : $": generator lag p99 {Units.Duration(lag.ValueAtPercentile(99))}, max {Units.Duration(lag.Max)}";
        if (trust.Verdict == TrustVerdict.Trusted)
            Line().Good(verdict).Plain(lags).End();
        else
            Line().Bad(verdict).Plain(lags).End();
        foreach (TrustReason reason in trust.Reasons.Where(reason => notes || reason.Verdict > TrustVerdict.Trusted))
        {
            StyledLine line = Line();
            if (reason.Verdict == TrustVerdict.Trusted)
                line.Dim($"  note      {VisibleText.OneLine(reason.Finding)}: {reason.Remedy}");
            else
                line.Bad($"  {reason.Verdict.ToString().ToLowerInvariant(),-9} ").Plain($"{VisibleText.OneLine(reason.Finding)}: {reason.Remedy}");
            line.End();
        }
    }

    private void AddVerdict()
    {
        long failed = result.Failures.Sum(failure => failure.Value);
        long interrupted = result.Iterations.Sum(figures => figures.Interrupted);
        StyledLine line = Line().Bold($"{VisibleText.OneLine(result.Run.Name, MaxNameLength)}: {Units.Count(result.OkCount)} ok, ");
        string failures = $"{Units.Count(failed)} failed";
        if (failed > 0)
            line.Bad($"{failures} ({Units.Percent(failed, failed + result.OkCount)})");
        else
            line.Bold(failures);
        if (interrupted > 0)
            line.Plain($", {Units.Count(interrupted)} interrupted by the end");
        line.Plain($", in {Units.Length(result.Length)}");
        if (result.WasStopped)
            line.Bad(result.Run.PlannedDuration is { } planned ? $"; stopped from outside, {Units.Length(planned)} were planned" : "; stopped from outside");
        line.End();
        if (result.WarmUp is { } warmUp)
            Line().Dim($"warm-up of {Units.Length(warmUp.Length)} before it thrown away: {Units.Count(warmUp.OkCount)} iterations ok, {Units.Count(warmUp.FailCount)} failed").End();
    }

    private void AddThresholds(IEnumerable<ThresholdResult> thresholds)
    {
        ThresholdResult[] shown = [.. thresholds];
        if (shown.Length > 0)
            Title("thresholds");
        foreach (ThresholdResult threshold in shown)
        {
            StyledLine line = Line();
            if (threshold.IsCrossed)
                line.Bad("  crossed  ");
            else
                line.Plain("  kept     ");
            line.Plain($"{VisibleText.OneLine(threshold.Text, MaxDetailLength)} ({Units.Of(threshold)})").End();
        }
    }

    private void AddFailures()
    {
        if (result.Failures.Count == 0)
            return;
        Title("failures");
        (string Count, string Status, string Detail)[] rows = [.. result.Failures.Take(MaxFailures).Select(failure => (
            Units.Count(failure.Value),
            VisibleText.OneLine(failure.Key.Status, MaxStatusLength),
            VisibleText.OneLine(failure.Key.Detail, MaxDetailLength)))];
        long rest = result.Failures.Skip(MaxFailures).Sum(failure => failure.Value);
        int countWidth = Math.Max(rows.Max(row => row.Count.Length), Units.Count(rest).Length);
        int statusWidth = rows.Max(row => CellCount(row.Status));
        foreach ((string count, string status, string detail) in rows)
            Line().Bad($"  {count.PadLeft(countWidth)}").Plain($"  {Padded(status, statusWidth)}  {detail}".TrimEnd()).End();
        if (rest > 0)
            Line().Bad($"  {Units.Count(rest).PadLeft(countWidth)}").Plain($"  of {Units.Count(result.Failures.Count - MaxFailures)} further kinds").End();
    }

    private void AddCloseCodes()
    {
        if (result.CloseCodes.Count == 0)
            return;
        Title("close codes received");
        Line().Plain("  " + string.Join(", ", result.CloseCodes.OrderByDescending(code => code.Value).ThenBy(code => code.Key)
            .Select(code => $"{code.Key}: {Units.Count(code.Value)}"))).End();
    }

    private void AddErrors()
    {
        if (result.CleanError is { } clean)
            Line().Bad(VisibleText.OneLine(clean.Message, maxLength: 200)).End();
        foreach ((string output, string error) in result.OutputErrors)
            Line().Bad($"output {VisibleText.OneLine(output, MaxNameLength)} failed: {VisibleText.OneLine(error, maxLength: 200)}").End();
    }

    private void AddLatencies()
    {
        Blank();
        Line().Dim("latency".PadRight(LabelWidth) + string.Concat(Columns.Select(column => column.PadLeft(CellWidth)))).End();
        foreach (StepFigures iterations in result.Iterations)
        {
            StepFigures[] steps = [.. result.Steps.Where(step => step.Scenario == iterations.Scenario)];
            if (result.Iterations.Count > 1)
                Line().Bold($"scenario {VisibleText.OneLine(iterations.Scenario, MaxNameLength)}").End();
            foreach (StepFigures step in steps)
            {
                AddCounts(step, VisibleText.OneLine(step.Step, MaxNameLength));
                AddLatency(step);
            }

            foreach (StepFigures waits in result.ConnectWaits.Where(waits => waits.Scenario == iterations.Scenario))
                Line().Plain("(connect wait)".PadRight(LabelWidth) + Cells(waits.Latency)).End();
            AddCounts(iterations, "(iterations)");
            if (steps.Length == 0)
                AddLatency(iterations);
        }
    }

    private void AddCounts(StepFigures figures, string label)
    {
        StyledLine line = Line().Bold(Padded(label, LabelWidth))
            .Plain($" {Units.Count(figures.OkCount) + " ok",15} {Units.Rate(figures.OkCount, result.Length),11} ");
        string failed = $"{Units.Count(figures.FailCount) + " failed",16}";
        if (figures.FailCount > 0)
            line.Bad(failed);
        else
            line.Plain(failed);
        if (figures.Interrupted > 0)
            line.Plain($" {Units.Count(figures.Interrupted)} interrupted");
        line.End();
    }

    private void AddLatency(StepFigures figures)
    {
        Line().Plain("  from intended".PadRight(LabelWidth) + Cells(figures.Latency)).End();
        Line().Dim("  from actual start".PadRight(LabelWidth) + Cells(figures.LatencyUncorrected)).End();
    }

    private void AddChecks(IEnumerable<CheckFigures> checks)
    {
        (string Name, CheckFigures Figures)[] shown = [.. checks.Select(check =>
            (VisibleText.OneLine(result.Iterations.Count > 1 ? $"{check.Scenario}: {check.Check}" : check.Check, MaxNameLength), check))];
        if (shown.Length == 0)
            return;
        Title("checks");
        int width = Math.Max(LabelWidth - 2, shown.Max(check => CellCount(check.Name)));
        foreach ((string name, CheckFigures check) in shown)
        {
            StyledLine line = Line().Bold("  " + Padded(name, width))
                .Plain($" {Units.Count(check.OkCount) + " ok",15}{"",12} ");
            string failed = $"{Units.Count(check.FailCount) + " failed",16}";
            if (check.FailCount > 0)
                line.Bad($"{failed} ({Units.Percent(check.FailCount, check.OkCount + check.FailCount)})");
            else
                line.Plain(failed);
            line.End();
        }
    }

    private void AddMetrics(MetricFigures metrics)
    {
        if (metrics.Counters.Count + metrics.Gauges.Count + metrics.Histograms.Count == 0)
            return;
        Title("metrics");
        foreach (CounterFigures counter in metrics.Counters)
            Metric(counter.Name, $"{Units.Count(counter.Count)}{UnitOf(counter.Unit)} ({Units.Rate(counter.Count, result.Length)})");
        foreach (GaugeFigures gauge in metrics.Gauges)
            Metric(gauge.Name, $"{Number(gauge.Last)}{UnitOf(gauge.Unit)} (between {Number(gauge.Min)} and {Number(gauge.Max)})");
        foreach (HistogramFigures histogram in metrics.Histograms)
        {
            Histogram values = histogram.Values;
            Metric(histogram.Name, $"{Units.Count(values.TotalCount)} values, mean {Number(values.Mean)}, p50 {Number(values.ValueAtPercentile(50))}, "
                + $"p95 {Number(values.ValueAtPercentile(95))}, p99 {Number(values.ValueAtPercentile(99))}, max {Number(values.Max)}{UnitOf(histogram.Unit)}");
        }

        void Metric(string name, string figures) => Line().Bold("  " + Padded(VisibleText.OneLine(name, MaxNameLength), LabelWidth - 2)).Plain($" {figures}").End();

        static string UnitOf(string unit) => unit.Length == 0 ? "" : $" {VisibleText.OneLine(unit, MaxNameLength)}";

        static string Number(double value) => value.ToString(Math.Abs(value) < 1e15 ? "#,0.###" : "G4", CultureInfo.InvariantCulture);
    }

    private void AddTraffic()
    {
        Traffic traffic = result.Traffic;
        Blank();
        Way("sent", traffic.MessagesSent, traffic.BytesSent);
        Way("received", traffic.MessagesReceived, traffic.BytesReceived);
        AddCompression(traffic.Compression);
        if (traffic.TlsFull + traffic.TlsResumed > 0)
            Line().Plain($"{"tls",-12}{Units.Count(traffic.TlsFull)} full handshakes, {Units.Count(traffic.TlsResumed)} resumed").End();
        if (result.ConnectionsAtEnd > 0)
            Line().Plain($"{"connections",-12}{Units.Count(result.ConnectionsAtEnd)} still open at the end").End();

        void Way(string name, long messages, long bytes) => Line().Plain(
            $"{name,-12}{Units.Count(messages)} messages ({Units.Rate(messages, result.Length)}), {Units.Bytes(bytes)} ({Units.ByteRate(bytes, result.Length)})").End();
    }

    private void AddCompression(in CompressionTotals totals)
    {
        Way("sent", totals.SentPlainBytes, totals.SentCompressedBytes, totals.Deflate);
        Way("received", totals.ReceivedPlainBytes, totals.ReceivedCompressedBytes, totals.Inflate);

        void Way(string name, long plain, long compressed, TimeSpan time)
        {
            if (plain > 0)
                Line().Plain(string.Create(CultureInfo.InvariantCulture, $"{"deflate",-12}{name} {Units.Bytes(plain)} as {Units.Bytes(compressed)} (1 : {(double)plain / compressed:0.0}) in {Seconds(time)}")).End();
        }
    }

    private void AddCost()
    {
        GeneratorCost cost = result.MeasuredCost;
        long messages = result.Traffic.MessagesSent + result.Traffic.MessagesReceived;
        string perMessage = messages == 0 ? "" : $" ({Units.Duration((cost.CpuUser + cost.CpuSystem).TotalNanoseconds / messages)} per message)";
        string allocated = messages == 0
            ? $"{Units.Bytes(cost.AllocatedBytes)} allocated"
            : $"{Units.Bytes(Math.Round((double)cost.AllocatedBytes / messages, 1))} allocated per message";
        Line().Plain($"{"generator",-12}CPU {Seconds(cost.CpuUser)} user, {Seconds(cost.CpuSystem)} system{perMessage}").End();
        Line().Plain($"{"",-12}{allocated}, {Seconds(cost.GcPause)} in GC pauses, {Units.Bytes(cost.MaxRssBytes)} max RSS").End();
    }

    private static string Seconds(TimeSpan time) => Units.Duration(time.TotalNanoseconds);

    private static string Cells(Histogram histogram)
    {
        if (histogram.TotalCount == 0)
            return string.Concat(Columns.Select(_ => "-".PadLeft(CellWidth)));
        double[] values =
        [
            histogram.Mean,
            .. new[] { 50, 75, 95, 99, 99.9 }.Select(percentile => (double)histogram.ValueAtPercentile(percentile)),
            histogram.Max,
        ];
        return string.Concat(values.Select(value => Units.Duration(value).PadLeft(CellWidth)));
    }

    private void Title(string title) => Line().Dim(title).End();

    private void Blank() => Line().End();

    private StyledLine Line()
    {
        StyledLine line = new();
        _lines.Add(line);
        return line;
    }

    private static string Padded(string text, int width) => text + new string(' ', Math.Max(0, width - CellCount(text)));

    private static int CellCount(string text) => new Segment(text).CellCount();
}
