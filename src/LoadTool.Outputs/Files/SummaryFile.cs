using System.Text.Json;
using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool.Outputs.Files;

/// <summary>What <c>summary.json</c> holds; <c>summary.schema.json</c> says it in public.</summary>
internal sealed class SummaryFile(RunResult result, IReadOnlyDictionary<string, string> outputErrors, Utf8JsonWriter json)
{
    internal const int SchemaVersion = 1;

    private const double NanosecondsPerSecond = 1e9;

    internal void Write()
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", SchemaVersion);
        EnvironmentFile.Tool(json);
        WriteRun();
        new TrustSection(json).Write(result.Trust);
        WriteScenarios();
        WriteMetrics(result.Metrics);
        WriteBroadcasts(result.Metrics.Broadcasts);
        WriteTraffic();
        WriteConnect();
        WriteOutcomes();
        WriteThresholds();
        WriteGenerator();
        WriteErrors();
        json.WriteEndObject();
    }

    private void WriteRun()
    {
        RunInfo run = result.Run;
        json.WriteString("name", run.Name);
        json.WriteString("started_at", Timestamp.Of(run.StartedAt));
        json.WriteNumber("duration_seconds", result.Length.TotalSeconds);
        if (run.PlannedDuration is { } planned)
            json.WriteNumber("planned_seconds", planned.TotalSeconds);
        else
            json.WriteNull("planned_seconds");
        json.WriteString("target", PublicUri.Of(run.Options.Target));
        json.WriteNumber("seed", run.Options.Seed);
        json.WriteString("engine", run.Options.Engine.ToString().ToLowerInvariant());
        json.WriteNumber("loops", run.Options.Loops);
        json.WriteStartObject("tags");
        foreach ((string name, string value) in run.Options.Tags)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteBoolean("stopped_from_outside", result.WasStopped);
        json.WriteBoolean("complete", result.Incomplete is null);
        json.WriteString("incomplete_reason", result.Incomplete);
        json.WriteStartArray("load_changes");
        foreach (LoadChange change in result.LoadChanges)
        {
            json.WriteStartObject();
            json.WriteNumber("at_seconds", change.At.TotalSeconds);
            json.WriteNumber("factor", change.Factor);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteWarmUp();
    }

    private void WriteWarmUp()
    {
        if (result.WarmUp is not { } warmUp)
        {
            json.WriteNull("warm_up");
            return;
        }

        json.WriteStartObject("warm_up");
        json.WriteNumber("duration_seconds", warmUp.Length.TotalSeconds);
        WriteCount("ok", warmUp.OkCount);
        WriteCount("fail", warmUp.FailCount);
        WriteWays("messages", warmUp.Traffic.MessagesSent, warmUp.Traffic.MessagesReceived);
        json.WriteEndObject();
    }

    private void WriteScenarios()
    {
        json.WriteStartArray("scenarios");
        foreach (StepFigures iterations in result.Iterations)
        {
            json.WriteStartObject();
            json.WriteString("name", iterations.Scenario);
            json.WriteStartObject("iterations");
            WriteFigures(iterations);
            json.WriteEndObject();
            if (result.ConnectWaits.FirstOrDefault(waits => waits.Scenario == iterations.Scenario) is { } waits)
                WriteLatency("connect_wait", waits.Latency);
            else
                json.WriteNull("connect_wait");
            json.WriteStartArray("steps");
            foreach (StepFigures step in result.Steps.Where(step => step.Scenario == iterations.Scenario))
            {
                json.WriteStartObject();
                json.WriteString("name", step.Step);
                WriteFigures(step);
                WritePacing(step.Pacing);
                WriteTags(step);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteChecks(iterations.Scenario);
            WriteReconnects(iterations.Scenario);
            WriteStorms(iterations.Scenario);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePacing(in PacingFigures pacing)
    {
        json.WriteStartObject("schedule");
        json.WriteNumber("late", pacing.Late);
        json.WriteNumber("dropped", pacing.Dropped);
        json.WriteNumber("unmatched", pacing.Unmatched);
        json.WriteEndObject();
    }

    private void WriteTags(StepFigures step)
    {
        json.WriteStartArray("tags");
        foreach (TaggedFigures tagged in result.Tagged.Where(tagged => (tagged.Figures.Scenario, tagged.Figures.Step) == (step.Scenario, step.Step)))
        {
            json.WriteStartObject();
            json.WriteString("tag", tagged.Tag);
            json.WriteString("value", tagged.Value);
            WriteFigures(tagged.Figures);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteChecks(string scenario)
    {
        json.WriteStartArray("checks");
        foreach (CheckFigures check in result.Checks.Where(check => check.Scenario == scenario))
        {
            json.WriteStartObject();
            json.WriteString("name", check.Check);
            WriteCount("ok", check.OkCount);
            WriteCount("fail", check.FailCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteReconnects(string scenario)
    {
        if (result.Reconnects.FirstOrDefault(figures => figures.Recover.Scenario == scenario) is not { } reconnects)
        {
            json.WriteNull("reconnects");
            return;
        }

        json.WriteStartObject("reconnects");
        json.WriteNumber("lost", reconnects.Lost);
        json.WriteNumber("attempts", reconnects.Attempts);
        WriteCount("ok", reconnects.Recover.OkCount);
        WriteCount("fail", reconnects.Recover.FailCount);
        WriteCount("interrupted", reconnects.Recover.Interrupted);
        WriteLatency("recover", reconnects.Recover.Latency);
        WriteFailures("failures", reconnects.Recover.Failures);
        json.WriteEndObject();
    }

    private void WriteStorms(string scenario)
    {
        json.WriteStartArray("storms");
        foreach (StormFigures storm in result.Storms.Where(storm => storm.Scenario == scenario))
        {
            json.WriteStartObject();
            json.WriteNumber("number", storm.Number);
            json.WriteNumber("at_seconds", storm.At.TotalSeconds);
            json.WriteNumber("living", storm.Living);
            json.WriteNumber("cut", storm.Cut);
            json.WriteNumber("attempts", storm.Attempts);
            json.WriteNumber("never", storm.Never);
            WriteLatency("recover", storm.Recover);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteMetrics(MetricFigures metrics)
    {
        json.WriteStartObject("metrics");
        WriteEach("counters", metrics.Counters, counter => (counter.Name, counter.Unit), counter => json.WriteNumber("count", counter.Count));
        WriteEach("gauges", metrics.Gauges, gauge => (gauge.Name, gauge.Unit), gauge =>
        {
            json.WriteNumber("last", gauge.Last);
            json.WriteNumber("min", gauge.Min);
            json.WriteNumber("max", gauge.Max);
        });
        WriteEach("histograms", metrics.Histograms, histogram => (histogram.Name, histogram.Unit), histogram => WriteValues(histogram.Values, unit: 1));
        json.WriteEndObject();
    }

    private void WriteBroadcasts(IReadOnlyList<BroadcastFigures> broadcasts)
    {
        json.WriteStartArray("broadcasts");
        foreach (BroadcastFigures broadcast in broadcasts)
        {
            json.WriteStartObject();
            json.WriteString("name", broadcast.Name);
            json.WriteNumber("sent", broadcast.Sent);
            json.WriteNumber("expected", broadcast.Expected);
            json.WriteNumber("reached", broadcast.Reached);
            json.WriteNumber("late", broadcast.Late);
            json.WriteNumber("lost", broadcast.Lost);
            json.WriteNumber("duplicates", broadcast.Duplicates);
            json.WriteNumber("out_of_order", broadcast.OutOfOrder);
            WriteLatency("first", broadcast.First);
            WriteLatency("median", broadcast.Median);
            WriteLatency("last", broadcast.Last);
            WriteLatency("deliveries", broadcast.Deliveries);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteEach<T>(string name, IReadOnlyList<T> metrics, Func<T, (string Name, string Unit)> head, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T metric in metrics)
        {
            json.WriteStartObject();
            json.WriteString("name", head(metric).Name);
            json.WriteString("unit", head(metric).Unit);
            write(metric);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteFigures(StepFigures figures)
    {
        WriteCount("ok", figures.OkCount);
        WriteCount("fail", figures.FailCount);
        WriteCount("interrupted", figures.Interrupted);
        WriteLatency("latency", figures.Latency);
        WriteLatency("latency_uncorrected", figures.LatencyUncorrected);
        WriteFailures("failures", figures.Failures);
    }

    private void WriteCount(string name, long count)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", count);
        json.WriteEndObject();
    }

    /// <summary>Percentiles are the histogram's own, so that the log of the same run gives the same values.</summary>
    private void WriteLatency(string name, Histogram histogram)
    {
        json.WriteStartObject(name);
        WriteValues(histogram, NanosecondsPerSecond);
        json.WriteEndObject();
    }

    /// <param name="histogram">The values.</param>
    /// <param name="unit">How many of them make one of what is written.</param>
    private void WriteValues(Histogram histogram, double unit)
    {
        json.WriteNumber("count", histogram.TotalCount);
        WriteValue("mean", histogram.Mean);
        WriteValue("min", histogram.Min);
        WriteValue("p50", histogram.ValueAtPercentile(50));
        WriteValue("p75", histogram.ValueAtPercentile(75));
        WriteValue("p95", histogram.ValueAtPercentile(95));
        WriteValue("p99", histogram.ValueAtPercentile(99));
        WriteValue("p999", histogram.ValueAtPercentile(99.9));
        WriteValue("max", histogram.Max);
        WriteValue("stddev", histogram.StandardDeviation);

        void WriteValue(string key, double value)
        {
            if (histogram.TotalCount == 0)
                json.WriteNull(key);
            else
                json.WriteNumber(key, value / unit);
        }
    }

    private void WriteTraffic()
    {
        WriteWays("messages", result.Traffic.MessagesSent, result.Traffic.MessagesReceived);
        WriteWays("bytes", result.Traffic.BytesSent, result.Traffic.BytesReceived);
        WriteTls();
        WriteCompression(result.Traffic.Compression);
    }

    private void WriteTls()
    {
        json.WriteStartObject("tls_handshakes");
        json.WriteNumber("full", result.Traffic.TlsFull);
        json.WriteNumber("resumed", result.Traffic.TlsResumed);
        json.WriteEndObject();
    }

    private void WriteCompression(in CompressionTotals totals)
    {
        json.WriteStartObject("compression");
        WriteWays("plain_bytes", totals.SentPlainBytes, totals.ReceivedPlainBytes);
        WriteWays("compressed_bytes", totals.SentCompressedBytes, totals.ReceivedCompressedBytes);
        json.WriteNumber("deflate_seconds", totals.Deflate.TotalSeconds);
        json.WriteNumber("inflate_seconds", totals.Inflate.TotalSeconds);
        json.WriteEndObject();
    }

    private void WriteWays(string name, long sent, long received)
    {
        json.WriteStartObject(name);
        json.WriteNumber("sent", sent);
        json.WriteNumber("received", received);
        json.WriteEndObject();
    }

    private void WriteThresholds()
    {
        json.WriteStartArray("thresholds");
        foreach (ThresholdResult threshold in result.Thresholds)
        {
            json.WriteStartObject();
            WriteThreshold(json, threshold);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteThreshold(Utf8JsonWriter json, ThresholdResult threshold)
    {
        json.WriteString("scenario", threshold.Scenario);
        json.WriteString("condition", threshold.Text);
        (string unit, double scale) = threshold.Unit switch
        {
            ThresholdUnit.Nanoseconds => ("seconds", NanosecondsPerSecond),
            ThresholdUnit.PerSecond => ("per_second", 1),
            ThresholdUnit.Share => ("share", 1),
            ThresholdUnit.Value => ("value", 1),
            ThresholdUnit.Condition => ("condition", 1),
            _ => ("count", 1),
        };
        json.WriteString("unit", unit);
        if (threshold.Value is { } value)
            json.WriteNumber("value", value / scale);
        else
            json.WriteNull("value");
        json.WriteBoolean("crossed", threshold.IsCrossed);
        if (threshold.AbortedAt is { } abortedAt)
            json.WriteNumber("aborted_at_seconds", abortedAt.TotalSeconds);
        else
            json.WriteNull("aborted_at_seconds");
    }

    private void WriteOutcomes()
    {
        json.WriteStartObject("statuses");
        foreach ((string status, long count) in result.Statuses.OrderBy(status => status.Key, StringComparer.Ordinal))
            json.WriteNumber(status, count);
        json.WriteEndObject();
        WriteFailures("failures", result.Failures, withSamples: true);
        WriteCloseCodes("close_codes", result.CloseCodes);
        WriteCloseCodes("close_codes_sent", result.CloseCodesSent);
        json.WriteNumber("connections_at_end", result.ConnectionsAtEnd);
    }

    private void WriteCloseCodes(string name, IReadOnlyDictionary<int, long> codes)
    {
        json.WriteStartObject(name);
        foreach ((int code, long count) in codes.OrderBy(code => code.Key))
            json.WriteNumber(code.ToString("D", null), count);
        json.WriteEndObject();
    }

    private void WriteConnect()
    {
        ConnectFigures connect = result.Connect;
        json.WriteStartObject("connect");
        WriteCount("ok", connect.OkCount);
        WriteCount("fail", connect.FailCount);
        WriteCount("interrupted", connect.Interrupted);
        json.WriteStartArray("phases");
        foreach (ConnectPhaseFigures phase in connect.Phases)
        {
            json.WriteStartObject();
            json.WriteString("name", phase.Name);
            WriteLatency("duration", phase.Duration);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteFailures("failures", connect.Failures, withSamples: true);
        WriteFailures("lost", connect.Lost, withSamples: true);
        json.WriteEndObject();
    }

    private void WriteFailures(string name, IEnumerable<KeyValuePair<Outcome, long>> failures, bool withSamples = false)
    {
        json.WriteStartArray(name);
        foreach ((Outcome outcome, long count) in failures
            .OrderByDescending(failure => failure.Value)
            .ThenBy(failure => failure.Key.Status, StringComparer.Ordinal)
            .ThenBy(failure => failure.Key.Detail, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            WriteOutcome(json, outcome);
            json.WriteNumber("count", count);
            if (withSamples)
                WriteSample(result.Samples.GetValueOrDefault(outcome));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteOutcome(Utf8JsonWriter json, in Outcome outcome)
    {
        json.WriteString("status", outcome.Status);
        json.WriteString("phase", outcome.Phase == ConnectionPhase.None ? null : outcome.Phase.ToString().ToLowerInvariant());
        json.WriteString("detail", outcome.Detail);
        WriteNumber(json, "http_status", outcome.HttpStatus);
        WriteNumber(json, "close_code", outcome.CloseCode);
    }

    private void WriteSample(OutcomeSample? sample)
    {
        if (sample is null)
        {
            json.WriteNull("sample");
            return;
        }

        json.WriteStartObject("sample");
        json.WriteString("at", Timestamp.Of(sample.At));
        json.WriteString("scenario", sample.Scenario);
        json.WriteString("step", sample.Step);
        WriteNumber(json, "user", sample.User);
        WriteNumber(json, "socket", sample.SocketId);
        json.WriteString("text", sample.Text);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private void WriteGenerator()
    {
        // A process always has memory: without any, nobody was left to ask.
        if (result.TotalCost == default)
        {
            json.WriteNull("generator");
            return;
        }

        json.WriteStartObject("generator");
        WriteCost(result.TotalCost);
        json.WriteStartObject("measured");
        WriteCost(result.MeasuredCost);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteCost(GeneratorCost cost)
    {
        json.WriteNumber("cpu_user_seconds", cost.CpuUser.TotalSeconds);
        json.WriteNumber("cpu_system_seconds", cost.CpuSystem.TotalSeconds);
        WritePerMessage("cpu_seconds_per_message", (cost.CpuUser + cost.CpuSystem).TotalSeconds);
        json.WriteNumber("allocated_bytes", cost.AllocatedBytes);
        WritePerMessage("allocated_bytes_per_message", cost.AllocatedBytes);
        json.WriteNumber("gc_pause_seconds", cost.GcPause.TotalSeconds);
        json.WriteNumber("max_rss_bytes", cost.MaxRssBytes);
    }

    /// <summary>Messages of both ways, because both cost.</summary>
    private void WritePerMessage(string name, double cost)
    {
        long messages = result.Traffic.MessagesSent + result.Traffic.MessagesReceived;
        if (messages == 0)
            json.WriteNull(name);
        else
            json.WriteNumber(name, cost / messages);
    }

    private void WriteErrors()
    {
        json.WriteString("clean_error", result.CleanError?.Message);
        json.WriteStartObject("output_errors");
        foreach ((string output, string error) in outputErrors.OrderBy(error => error.Key, StringComparer.Ordinal))
            json.WriteString(output, error);
        json.WriteEndObject();
    }
}
