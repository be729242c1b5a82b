using System.Globalization;
using System.Text;
using LoadTool.Metrics;
using LoadTool.Sockets;
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
    private static readonly string[] ConnectColumns = ["count", "p50", "p95", "p99", "max"];

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
        AddCloseCodes("received", result.CloseCodes);
        AddCloseCodes("sent", result.CloseCodesSent);
        AddErrors();
        AddLatencies();
        AddConnecting();
        AddReconnects();
        AddChecks(result.Checks);
        AddMetrics(result.Metrics);
        AddBroadcasts(result.Metrics.Broadcasts);
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
        if (result.Incomplete is { } incomplete)
            Line().Bad("not finished").Plain($": {VisibleText.OneLine(incomplete)}").End();
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
        else if (result.AbortedBy is { AbortedAt: { } abortedAt })
            line.Bad($"; aborted by a threshold after {Units.Length(abortedAt)}{(result.Run.PlannedDuration is { } length ? $", {Units.Length(length)} were planned" : "")}");
        line.End();
        foreach (LoadChange change in result.LoadChanges)
            Line().Bad(string.Create(CultureInfo.InvariantCulture, $"  load set to {change.Factor:0.###} times the plan by hand at {Units.Clock(change.At)}")).End();
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
            line.Plain($"{VisibleText.OneLine(threshold.Text, MaxDetailLength)} ({Units.Of(threshold)})");
            if (threshold.AbortedAt is { } at)
                line.Bad($", aborted the run at {Units.Clock(at)}");
            line.End();
        }
    }

    /// <summary>A connect that failed is told once: under the failures, unless the script dealt with it itself.</summary>
    private void AddFailures()
    {
        Dictionary<Outcome, long> told = new(result.Failures);
        AddOutcomes("failures", result.Failures);
        AddOutcomes("connects that failed, and the script went on", [.. result.Connect.Failures.Where(failure => failure.Value > told.GetValueOrDefault(failure.Key))]);
        AddOutcomes("connections lost while nobody awaited them", [.. result.Connect.Lost]);
    }

    private void AddOutcomes(string title, IReadOnlyList<KeyValuePair<Outcome, long>> outcomes)
    {
        if (outcomes.Count == 0)
            return;
        Title(title);
        KeyValuePair<Outcome, long>[] shown = [.. outcomes.OrderByDescending(outcome => outcome.Value).Take(MaxFailures)];
        long rest = outcomes.Sum(outcome => outcome.Value) - shown.Sum(outcome => outcome.Value);
        int countWidth = Units.Count(Math.Max(shown[0].Value, rest)).Length;
        int statusWidth = shown.Max(outcome => CellCount(StatusOf(outcome.Key)));
        int phaseWidth = shown.Max(outcome => PhaseOf(outcome.Key).Length);
        foreach ((Outcome outcome, long count) in shown)
        {
            string phase = phaseWidth > 0 ? $"{PhaseOf(outcome).PadRight(phaseWidth)}  " : "";
            string detail = VisibleText.OneLine(outcome.Detail, MaxDetailLength);
            Line().Bad($"  {Units.Count(count).PadLeft(countWidth)}").Plain($"  {Padded(StatusOf(outcome), statusWidth)}  {phase}{detail}".TrimEnd()).End();
            if (result.Samples.TryGetValue(outcome, out OutcomeSample? sample))
                AddSample(sample, outcome, indent: countWidth + 4);
        }

        if (rest > 0)
            Line().Bad($"  {Units.Count(rest).PadLeft(countWidth)}").Plain($"  of {Units.Count(outcomes.Count - MaxFailures)} further kinds").End();

        static string StatusOf(Outcome outcome) => VisibleText.OneLine(outcome.Status, MaxStatusLength);

        static string PhaseOf(Outcome outcome) => outcome.Phase == ConnectionPhase.None ? "" : outcome.Phase.ToString().ToLowerInvariant();
    }

    /// <summary>Where to look: the rest of the sample is in the files. Only a script's own error says more than its kind.</summary>
    private void AddSample(OutcomeSample sample, Outcome outcome, int indent)
    {
        StringBuilder text = new($"first at {Units.Clock(Later(sample.At - result.Run.StartedAt))}");
        if (sample.Step is { } step)
            text.Append($", step {VisibleText.OneLine(step, MaxNameLength)}");
        if (sample.User is { } user)
            text.Append(CultureInfo.InvariantCulture, $", user {user}");
        if (sample.SocketId is { } socket)
            text.Append(CultureInfo.InvariantCulture, $", socket {socket}");
        if (outcome.Phase == ConnectionPhase.None && sample.Text != outcome.Detail)
            text.Append($": {VisibleText.OneLine(sample.Text, MaxDetailLength)}");
        Line().Dim(new string(' ', indent) + text).End();
    }

    private static TimeSpan Later(TimeSpan sinceStart) => sinceStart > TimeSpan.Zero ? sinceStart : TimeSpan.Zero;

    private void AddCloseCodes(string way, IReadOnlyDictionary<int, long> codes)
    {
        if (codes.Count == 0)
            return;
        Title($"close codes {way}");
        Line().Plain("  " + string.Join(", ", codes.OrderByDescending(code => code.Value).ThenBy(code => code.Key)
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
                AddPacing(step.Pacing);
            }

            foreach (StepFigures waits in result.ConnectWaits.Where(waits => waits.Scenario == iterations.Scenario))
                Line().Plain("(connect wait)".PadRight(LabelWidth) + Cells(waits.Latency)).End();
            AddCounts(iterations, "(iterations)");
            if (steps.Length == 0)
                AddLatency(iterations);
        }
    }

    private void AddConnecting()
    {
        // What is one part of it alone is shown as that: TLS as a whole says no more than its full handshakes when none was resumed.
        ConnectPhaseFigures[] phases = [.. result.Connect.Phases.Where(phase => phase.Duration.TotalCount > 0 && !result.Connect.Phases.Any(part =>
            phase.Name.Contains('.') && part.Name.StartsWith(phase.Name + ".", StringComparison.Ordinal) && part.Duration.TotalCount == phase.Duration.TotalCount))];
        if (phases.Length == 0)
            return;
        Line().Dim("connecting".PadRight(LabelWidth) + string.Concat(ConnectColumns.Select(column => column.PadLeft(CellWidth)))).End();
        foreach (ConnectPhaseFigures phase in phases)
        {
            Histogram duration = phase.Duration;
            string label = phase.Name.Contains('.') ? phase.Name[(phase.Name.IndexOf('.') + 1)..].Replace('.', ' ').Replace('_', ' ') : "all of it";
            double[] values = [duration.ValueAtPercentile(50), duration.ValueAtPercentile(95), duration.ValueAtPercentile(99), duration.Max];
            Line().Plain($"  {label}".PadRight(LabelWidth) + Units.Count(duration.TotalCount).PadLeft(CellWidth)
                + string.Concat(values.Select(value => Units.Duration(value).PadLeft(CellWidth)))).End();
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

    private void AddReconnects()
    {
        foreach (ReconnectFigures figures in result.Reconnects)
        {
            string of = result.Iterations.Count > 1 ? $" of {VisibleText.OneLine(figures.Recover.Scenario, MaxNameLength)}" : "";
            StyledLine line = Line().Plain($"{"reconnects" + of,-12}{Units.Count(figures.Lost)} connections lost, {Units.Count(figures.Recover.OkCount)} back in {Units.Count(figures.Attempts)} attempts");
            if (figures.Recover.FailCount > 0)
                line.Bad($", {Units.Count(figures.Recover.FailCount)} given up");
            line.End();
            if (figures.Recover.OkCount > 0)
                Line().Plain("  until back".PadRight(LabelWidth) + Cells(figures.Recover.Latency)).End();
        }

        foreach (StormFigures storm in result.Storms)
        {
            string of = result.Iterations.Count > 1 ? $" of {VisibleText.OneLine(storm.Scenario, MaxNameLength)}" : "";
            StyledLine line = Line().Plain($"storm {storm.Number + 1}{of} at {Units.Clock(storm.At)}: {Units.Count(storm.Cut)} of {Units.Count(storm.Living)} cut, {Units.Count(storm.Attempts)} attempts");
            if (storm.Recovered > 0)
                line.Plain($"; back after {Time(storm.Recover.Min)} (first), {Time(storm.Recover.ValueAtPercentile(50))} (median), {Time(storm.Recover.ValueAtPercentile(99))} (p99), {Time(storm.Recover.Max)} (last)");
            if (storm.Never > 0)
                line.Bad($"; {Units.Count(storm.Never)} never");
            line.End();
        }

        static string Time(double nanoseconds) => Units.Duration(nanoseconds);
    }

    private void AddPacing(in PacingFigures pacing)
    {
        if (!pacing.IsClean)
            Line().Plain("  schedule".PadRight(LabelWidth)).Bad($" {Units.Count(pacing.Late)} late, {Units.Count(pacing.Dropped)} dropped, {Units.Count(pacing.Unmatched)} unmatched").End();
    }

    private void AddBroadcasts(IReadOnlyList<BroadcastFigures> broadcasts)
    {
        if (broadcasts.Count > 0)
            Title("broadcasts");
        foreach (BroadcastFigures broadcast in broadcasts)
        {
            StyledLine line = Line().Bold("  " + Padded(VisibleText.OneLine(broadcast.Name, MaxNameLength), LabelWidth - 2))
                .Plain($" {Units.Count(broadcast.Sent)} sent, {Units.Count(broadcast.Reached)} of {Units.Count(broadcast.Expected)} deliveries in time");
            long trouble = broadcast.Late + broadcast.Lost + broadcast.Duplicates + broadcast.OutOfOrder;
            if (trouble > 0)
                line.Bad($"; {Units.Count(broadcast.Lost)} lost, {Units.Count(broadcast.Late)} late, {Units.Count(broadcast.Duplicates)} duplicates, {Units.Count(broadcast.OutOfOrder)} out of order");
            line.End();
            Receiver("to the first", broadcast.First);
            Receiver("to the median", broadcast.Median);
            Receiver("to the last", broadcast.Last);
        }

        void Receiver(string label, Histogram latency) => Line().Plain($"  {label}".PadRight(LabelWidth) + Cells(latency)).End();
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
