using System.Globalization;
using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool.Outputs.Figures;

/// <summary>
/// Puts the figures of an interval, or of a whole run, into rows: one model for all outputs that keep numbers by name. Times are in seconds. A row in which nothing was
/// counted is left out; what has no value (a percentile of nothing) is not written.
/// </summary>
internal sealed class FigureWalk(IFigureWriter to)
{
    private const double NanosecondsPerSecond = 1e9;

    private static readonly Numbers Latency = new("latency_", "_seconds");
    private static readonly Numbers Uncorrected = new("latency_uncorrected_", "_seconds");
    private static readonly Numbers Duration = new("duration_", "_seconds");
    private static readonly Numbers Recover = new("recover_", "_seconds");
    private static readonly Numbers Lag = new("lag_", "_seconds");
    private static readonly Numbers Plain = new("", "");
    private static readonly Numbers First = new("first_", "_seconds");
    private static readonly Numbers Median = new("median_", "_seconds");
    private static readonly Numbers Last = new("last_", "_seconds");

    /// <summary>Writes an interval.</summary>
    internal void Write(Snapshot snapshot)
    {
        to.Begin("intervals");
        to.Number("length_seconds", snapshot.Length.TotalSeconds);
        to.Number("since_start_seconds", snapshot.SinceStart.TotalSeconds);
        to.Level("users", snapshot.ActiveUsers);
        to.Level("connections", snapshot.Connections);
        to.Number("iterations_started", snapshot.IterationsStarted);
        Write(snapshot.Traffic);
        to.Number("gc_pause_seconds", snapshot.GcPause.TotalSeconds);
        to.End();
        Steps(snapshot.Steps);
        Iterations(snapshot.Iterations);
        Connecting(snapshot.Connect);
        CloseCodes("received", snapshot.CloseCodes);
        CloseCodes("sent", snapshot.CloseCodesSent);
        Outcomes(snapshot.Steps, snapshot.Iterations, snapshot.Connect);
        Checks(snapshot.Checks);
        Tagged(snapshot.Tagged, isTotal: false);
        Thresholds(snapshot.Thresholds);
        Metrics(snapshot.Metrics);
        Loops(snapshot.Loops);
    }

    /// <summary>Writes what came out in the end.</summary>
    internal void Write(RunResult result)
    {
        to.Begin("runs");
        to.Number("length_seconds", result.Length.TotalSeconds);
        to.Number("ok", result.OkCount);
        to.Number("fail", result.Failures.Sum(failure => failure.Value));
        to.Level("connections", result.ConnectionsAtEnd);
        Write(result.Traffic);
        to.Number("cpu_seconds", (result.MeasuredCost.CpuUser + result.MeasuredCost.CpuSystem).TotalSeconds);
        to.Number("gc_pause_seconds", result.MeasuredCost.GcPause.TotalSeconds);
        to.Level("max_rss_bytes", result.MeasuredCost.MaxRssBytes);
        to.Level("thresholds_crossed", result.Thresholds.Count(threshold => threshold.IsCrossed));
        if (result.Trust is { } trust)
            to.Level("trusted", trust.Verdict == TrustVerdict.Trusted ? 1 : 0);
        to.End();
        Steps(result.Steps);
        Iterations(result.Iterations);
        Connecting(result.Connect);
        CloseCodes("received", result.CloseCodes);
        CloseCodes("sent", result.CloseCodesSent);
        Outcomes(result.Steps, result.Iterations, result.Connect);
        Checks(result.Checks);
        Tagged(result.Tagged, isTotal: true);
        Thresholds(result.Thresholds);
        Metrics(result.Metrics);
        Loops(result.Trust?.Figures.Loops ?? []);
        Reconnects(result);
    }

    private void Write(in Traffic traffic)
    {
        to.Number("messages_sent", traffic.MessagesSent);
        to.Number("messages_received", traffic.MessagesReceived);
        to.Number("bytes_sent", traffic.BytesSent);
        to.Number("bytes_received", traffic.BytesReceived);
        to.Number("tls_full", traffic.TlsFull);
        to.Number("tls_resumed", traffic.TlsResumed);
    }

    private void Steps(IReadOnlyList<StepFigures> steps)
    {
        foreach (StepFigures step in steps)
        {
            if (IsEmpty(step))
                continue;
            to.Begin("steps");
            to.Label("scenario", step.Scenario);
            to.Label("step", step.Step);
            Counts(step);
            to.Number("late", step.Pacing.Late);
            to.Number("dropped", step.Pacing.Dropped);
            to.Number("unmatched", step.Pacing.Unmatched);
            Latencies(step);
            to.End();
        }
    }

    private void Iterations(IReadOnlyList<StepFigures> iterations)
    {
        foreach (StepFigures figures in iterations)
        {
            if (IsEmpty(figures))
                continue;
            to.Begin("iterations");
            to.Label("scenario", figures.Scenario);
            Counts(figures);
            Latencies(figures);
            to.End();
        }
    }

    /// <summary>The most rows by far: of intervals without the uncorrected latencies.</summary>
    private void Tagged(IReadOnlyList<TaggedFigures> tagged, bool isTotal)
    {
        foreach (TaggedFigures figures in tagged)
        {
            if (IsEmpty(figures.Figures))
                continue;
            to.Begin("tags");
            to.Label("scenario", figures.Figures.Scenario);
            to.Label("step", figures.Figures.Step);
            to.Label("tag", figures.Tag);
            Label("value", figures.Value);
            Counts(figures.Figures);
            Write(Latency, figures.Figures.Latency);
            if (isTotal)
                Write(Uncorrected, figures.Figures.LatencyUncorrected);
            to.End();
        }
    }

    private static bool IsEmpty(StepFigures figures) =>
        figures.OkCount == 0 && figures.Interrupted == 0 && figures.Pacing.IsClean && figures.Failures.Count == 0;

    private void Counts(StepFigures figures)
    {
        to.Number("ok", figures.OkCount);
        to.Number("fail", figures.FailCount);
        to.Number("interrupted", figures.Interrupted);
    }

    private void Latencies(StepFigures figures)
    {
        Write(Latency, figures.Latency);
        Write(Uncorrected, figures.LatencyUncorrected);
    }

    private void Connecting(ConnectFigures connect)
    {
        foreach (ConnectPhaseFigures phase in connect.Phases)
        {
            if (phase.Duration.TotalCount == 0)
                continue;
            to.Begin("connects");
            to.Label("phase", PhaseOf(phase));
            to.Number("count", phase.Duration.TotalCount);
            Write(Duration, phase.Duration);
            to.End();
        }
    }

    /// <summary><c>connect.tls.full</c> is <c>tls_full</c>, the whole of it <c>all</c>.</summary>
    private static string PhaseOf(ConnectPhaseFigures phase) => phase.Name switch
    {
        "connect" => "all",
        "connect.dns" => "dns",
        "connect.tcp" => "tcp",
        "connect.proxy" => "proxy",
        "connect.tls" => "tls",
        "connect.tls.full" => "tls_full",
        "connect.tls.resumed" => "tls_resumed",
        "connect.upgrade" => "upgrade",
        "connect.first_message" => "first_message",
        string other => other,
    };

    private void CloseCodes(string direction, IReadOnlyDictionary<int, long> codes)
    {
        foreach ((int code, long count) in codes)
        {
            to.Begin("close_codes");
            to.Label("direction", direction);
            to.Label("code", code.ToString(CultureInfo.InvariantCulture));
            to.Number("count", count);
            to.End();
        }
    }

    private void Outcomes(IReadOnlyList<StepFigures> steps, IReadOnlyList<StepFigures> iterations, ConnectFigures connect)
    {
        foreach (StepFigures step in steps)
            Outcomes("step", step, step.Failures);
        foreach (StepFigures figures in iterations)
            Outcomes("iteration", figures, figures.Failures);
        Outcomes("connect", null, connect.Failures);
        if (connect.Interrupted > 0)
            Outcome("connect", null, new OutcomeKey("Interrupted", ConnectionPhase.None, null, null), connect.Interrupted);
        Outcomes("lost", null, connect.Lost);
    }

    /// <summary>By all but the detail, which is text of servers without a limit; it is in the summary.</summary>
    private void Outcomes(string of, StepFigures? figures, IReadOnlyDictionary<Outcome, long> outcomes)
    {
        if (outcomes.Count == 0)
            return;
        foreach (IGrouping<OutcomeKey, long> same in outcomes.GroupBy(
            outcome => new OutcomeKey(outcome.Key.Status, outcome.Key.Phase, outcome.Key.HttpStatus, outcome.Key.CloseCode), outcome => outcome.Value))
            Outcome(of, figures, same.Key, same.Sum());
    }

    private void Outcome(string of, StepFigures? figures, OutcomeKey key, long count)
    {
        to.Begin("outcomes");
        to.Label("kind", of);
        if (figures is not null)
            to.Label("scenario", figures.Scenario);
        if (of == "step")
            to.Label("step", figures!.Step);
        Label("status", key.Status);
        if (key.Phase != ConnectionPhase.None)
            to.Label("phase", key.Phase.ToString().ToLowerInvariant());
        if (key.HttpStatus is { } http)
            to.Label("http_status", http.ToString(CultureInfo.InvariantCulture));
        if (key.CloseCode is { } code)
            to.Label("close_code", code.ToString(CultureInfo.InvariantCulture));
        to.Number("count", count);
        to.End();
    }

    private void Checks(IReadOnlyList<CheckFigures> checks)
    {
        foreach (CheckFigures check in checks)
        {
            if (check.OkCount + check.FailCount == 0)
                continue;
            to.Begin("checks");
            to.Label("scenario", check.Scenario);
            to.Label("check", check.Check);
            to.Number("ok", check.OkCount);
            to.Number("fail", check.FailCount);
            to.End();
        }
    }

    /// <summary>A value is in the unit of the condition; times in seconds.</summary>
    private void Thresholds(IReadOnlyList<ThresholdResult> thresholds)
    {
        foreach (ThresholdResult threshold in thresholds)
        {
            to.Begin("thresholds");
            to.Label("scenario", threshold.Scenario);
            to.Label("threshold", threshold.Text);
            to.Level("crossed", threshold.IsCrossed ? 1 : 0);
            if (threshold.Value is { } value && double.IsFinite(value))
                to.Number("value", threshold.Unit == ThresholdUnit.Nanoseconds ? value / NanosecondsPerSecond : value);
            to.End();
        }
    }

    private void Metrics(MetricFigures metrics)
    {
        foreach (CounterFigures counter in metrics.Counters)
        {
            if (counter.Count == 0)
                continue;
            Begin("counters", counter.Name, counter.Unit);
            to.Number("count", counter.Count);
            to.End();
        }

        foreach (GaugeFigures gauge in metrics.Gauges)
        {
            Begin("gauges", gauge.Name, gauge.Unit);
            Finite("last", gauge.Last);
            Finite("min", gauge.Min);
            Finite("max", gauge.Max);
            to.End();
        }

        foreach (HistogramFigures histogram in metrics.Histograms)
        {
            if (histogram.Values.TotalCount == 0)
                continue;
            Begin("histograms", histogram.Name, histogram.Unit);
            to.Number("count", histogram.Values.TotalCount);
            Write(Plain, histogram.Values, unit: 1);
            to.End();
        }

        Broadcasts(metrics.Broadcasts);

        void Begin(string kind, string name, string unit)
        {
            to.Begin(kind);
            to.Label("metric", name);
            Label("unit", unit);
        }

        void Finite(string name, double value)
        {
            if (double.IsFinite(value))
                to.Number(name, value);
        }
    }

    private void Broadcasts(IReadOnlyList<BroadcastFigures> broadcasts)
    {
        foreach (BroadcastFigures broadcast in broadcasts)
        {
            if (broadcast is { Sent: 0, Expected: 0, Duplicates: 0, OutOfOrder: 0, Deliveries.TotalCount: 0 })
                continue;
            to.Begin("broadcasts");
            to.Label("broadcast", broadcast.Name);
            to.Number("sent", broadcast.Sent);
            to.Number("expected", broadcast.Expected);
            to.Number("reached", broadcast.Reached);
            to.Number("late", broadcast.Late);
            to.Number("lost", broadcast.Lost);
            to.Number("duplicates", broadcast.Duplicates);
            to.Number("out_of_order", broadcast.OutOfOrder);
            Write(First, broadcast.First);
            Write(Median, broadcast.Median);
            Write(Last, broadcast.Last);
            to.End();
        }
    }

    private void Loops(IReadOnlyList<LoopFigures> loops)
    {
        foreach (LoopFigures loop in loops)
        {
            to.Begin("loops");
            to.Label("loop", loop.Index.ToString(CultureInfo.InvariantCulture));
            Write(Lag, loop.Lag);
            if (loop.Cpu is { } cpu)
                to.Number("cpu_seconds", cpu.TotalSeconds);
            if (loop.CpuWait is { } wait)
                to.Number("cpu_wait_seconds", wait.TotalSeconds);
            to.Number("allocated_bytes", loop.AllocatedBytes);
            to.End();
        }
    }

    private void Reconnects(RunResult result)
    {
        foreach (ReconnectFigures reconnects in result.Reconnects)
        {
            to.Begin("reconnects");
            to.Label("scenario", reconnects.Recover.Scenario);
            to.Number("lost", reconnects.Lost);
            to.Number("attempts", reconnects.Attempts);
            Counts(reconnects.Recover);
            Write(Recover, reconnects.Recover.Latency);
            to.End();
        }

        foreach (StormFigures storm in result.Storms)
        {
            to.Begin("storms");
            to.Label("scenario", storm.Scenario);
            to.Label("storm", storm.Number.ToString(CultureInfo.InvariantCulture));
            to.Number("at_seconds", storm.At.TotalSeconds);
            to.Number("living", storm.Living);
            to.Number("cut", storm.Cut);
            to.Number("attempts", storm.Attempts);
            to.Number("never", storm.Never);
            Write(Recover, storm.Recover);
            to.End();
        }
    }

    private void Label(string name, string value)
    {
        if (value.Length > 0)
            to.Label(name, value);
    }

    private void Write(Numbers names, Histogram histogram, double unit = NanosecondsPerSecond)
    {
        if (histogram.TotalCount == 0 || to.TryDistribution(names.Whole, unit == 1 ? "1" : "s", histogram, unit))
            return;
        HistogramPoints points = HistogramPoints.Of(histogram);
        to.Number(names.Mean, points.Mean / unit);
        to.Number(names.Min, points.Min / unit);
        to.Number(names.P50, points.P50 / unit);
        to.Number(names.P75, points.P75 / unit);
        to.Number(names.P95, points.P95 / unit);
        to.Number(names.P99, points.P99 / unit);
        to.Number(names.P999, points.P999 / unit);
        to.Number(names.Max, points.Max / unit);
    }

    private readonly record struct OutcomeKey(string Status, ConnectionPhase Phase, int? HttpStatus, int? CloseCode);

    /// <summary>What the figures of one histogram are called; made once.</summary>
    private sealed class Numbers(string before, string after)
    {
        internal string Whole { get; } = before.Length > 0 ? before.TrimEnd('_') : "values";

        internal string Mean { get; } = $"{before}mean{after}";

        internal string Min { get; } = $"{before}min{after}";

        internal string P50 { get; } = $"{before}p50{after}";

        internal string P75 { get; } = $"{before}p75{after}";

        internal string P95 { get; } = $"{before}p95{after}";

        internal string P99 { get; } = $"{before}p99{after}";

        internal string P999 { get; } = $"{before}p999{after}";

        internal string Max { get; } = $"{before}max{after}";
    }
}
