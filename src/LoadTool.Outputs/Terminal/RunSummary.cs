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
        AddFailures();
        AddErrors();
        return _lines;
    }

    /// <summary>The essentials, then the figures.</summary>
    internal IReadOnlyList<StyledLine> All()
    {
        AddVerdict();
        AddFailures();
        AddCloseCodes();
        AddErrors();
        AddLatencies();
        AddTraffic();
        AddCost();
        return _lines;
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
