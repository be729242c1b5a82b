using System.Buffers;
using System.Text.Json;
using LoadTool.Metrics;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Outputs.Files;

/// <summary>
/// A run as lines of JSON: what is known before it, each interval, and in the end its summary; <c>run.schema.json</c> says it in public. Whatever counted nothing in an
/// interval is left out of it, but for the first time that it occurs.
/// </summary>
internal sealed class RunLines : IDisposable
{
    internal const int SchemaVersion = 1;

    private const double NanosecondsPerSecond = 1e9;

    private static readonly double[] Percentiles = [50, 95, 99];

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly HashSet<(string, string?, string?, string?)> _known = [];
    private readonly Utf8JsonWriter _json;

    internal RunLines() => _json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = JsonFile.Encoder });

    public void Dispose() => _json.Dispose();

    /// <summary>The first line; good until the next call, as all of them.</summary>
    internal ReadOnlyMemory<byte> Run(RunInfo run, RunEnvironment? started)
    {
        Begin("run");
        _json.WriteNumber("schema_version", SchemaVersion);
        EnvironmentFile.Tool(_json);
        _json.WriteString("name", run.Name);
        _json.WriteStartArray("scenarios");
        foreach (Scenario scenario in run.Scenarios)
            _json.WriteStringValue(scenario.Name);
        _json.WriteEndArray();
        WriteLoad((IEnumerable<IEnumerable<string>>?)run.StoredLoad ?? run.Scenarios.Select(scenario => LoadText.Describe(scenario)));
        _json.WriteString("started_at", Timestamp.Exact(run.StartedAt));
        WriteSeconds("planned_seconds"u8, run.PlannedDuration);
        EnvironmentFile.Options(_json, run.Options);
        WriteSeconds("max_duration_seconds"u8, run.Options.MaxDuration);
        _json.WriteStartObject("tags");
        foreach ((string name, string value) in run.Options.Tags)
            _json.WriteString(name, value);
        _json.WriteEndObject();
        EnvironmentFile.Script(_json, started);
        return End();
    }

    internal ReadOnlyMemory<byte> Interval(Snapshot snapshot)
    {
        Begin("interval");
        _json.WriteString("started_at"u8, Timestamp.Exact(snapshot.StartedAt));
        _json.WriteNumber("seconds"u8, snapshot.Length.TotalSeconds);
        _json.WriteNumber("since_start_seconds"u8, snapshot.SinceStart.TotalSeconds);
        _json.WriteNumber("users"u8, snapshot.ActiveUsers);
        _json.WriteNumber("iterations_started"u8, snapshot.IterationsStarted);
        _json.WriteNumber("connections"u8, snapshot.Connections);
        WriteTraffic(snapshot.Traffic);
        WriteSteps("iterations"u8, snapshot.Iterations, name: null);
        WriteSteps("steps"u8, snapshot.Steps, name: "step");
        WriteTagged(snapshot.Tagged);
        WriteConnect(snapshot.Connect);
        WriteCodes("close_codes"u8, snapshot.CloseCodes);
        WriteCodes("close_codes_sent"u8, snapshot.CloseCodesSent);
        WriteChecks(snapshot.Checks);
        WriteMetrics(snapshot.Metrics);
        WriteLoops(snapshot.Loops);
        _json.WriteNumber("gc_pause_seconds"u8, snapshot.GcPause.TotalSeconds);
        WriteThresholds(snapshot.Thresholds);
        WriteLog(snapshot.Log);
        return End();
    }

    /// <summary>The last line.</summary>
    /// <param name="result">All of the run.</param>
    /// <param name="outputErrors">Outputs that have failed so far.</param>
    internal ReadOnlyMemory<byte> Summary(RunResult result, IReadOnlyDictionary<string, string> outputErrors)
    {
        Begin("summary");
        _json.WritePropertyName("summary");
        new SummaryFile(result, outputErrors, _json).Write();
        return End();
    }

    private void Begin(string type)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
    }

    private ReadOnlyMemory<byte> End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        return _line.WrittenMemory;
    }

    private void WriteLoad(IEnumerable<IEnumerable<string>> scenarios)
    {
        _json.WriteStartArray("load");
        foreach (IEnumerable<string> scenario in scenarios)
        {
            _json.WriteStartArray();
            foreach (string text in scenario)
                _json.WriteStringValue(text);
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
    }

    private void WriteTraffic(in Traffic traffic)
    {
        WriteWays("messages"u8, traffic.MessagesSent, traffic.MessagesReceived);
        WriteWays("bytes"u8, traffic.BytesSent, traffic.BytesReceived);
        _json.WriteStartObject("tls_handshakes"u8);
        _json.WriteNumber("full"u8, traffic.TlsFull);
        _json.WriteNumber("resumed"u8, traffic.TlsResumed);
        _json.WriteEndObject();
        _json.WriteStartObject("compression"u8);
        WriteWays("plain_bytes"u8, traffic.Compression.SentPlainBytes, traffic.Compression.ReceivedPlainBytes);
        WriteWays("compressed_bytes"u8, traffic.Compression.SentCompressedBytes, traffic.Compression.ReceivedCompressedBytes);
        _json.WriteNumber("deflate_seconds"u8, traffic.Compression.Deflate.TotalSeconds);
        _json.WriteNumber("inflate_seconds"u8, traffic.Compression.Inflate.TotalSeconds);
        _json.WriteEndObject();
    }

    private void WriteSteps(ReadOnlySpan<byte> property, IReadOnlyList<StepFigures> steps, string? name)
    {
        _json.WriteStartArray(property);
        foreach (StepFigures step in steps)
        {
            if (IsEmpty(step) && !_known.Add((step.Scenario, name is null ? null : step.Step, null, null)))
                continue;
            _json.WriteStartObject();
            _json.WriteString("scenario"u8, step.Scenario);
            if (name is not null)
                _json.WriteString(name, step.Step);
            WriteFigures(step);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteTagged(IReadOnlyList<TaggedFigures> tagged)
    {
        _json.WriteStartArray("tagged"u8);
        foreach (TaggedFigures one in tagged)
        {
            StepFigures step = one.Figures;
            if (IsEmpty(step) && !_known.Add((step.Scenario, step.Step, one.Tag, one.Value)))
                continue;
            _json.WriteStartObject();
            _json.WriteString("scenario"u8, step.Scenario);
            _json.WriteString("step"u8, step.Step);
            _json.WriteString("tag"u8, one.Tag);
            _json.WriteString("value"u8, one.Value);

            // There may be a thousand of them a second: run.hlog has their percentiles.
            WriteFigures(step, hasPercentiles: false);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private static bool IsEmpty(StepFigures figures) =>
        figures.Latency.TotalCount == 0 && figures.LatencyUncorrected.TotalCount == 0 && figures.Failures.Count == 0 && figures.Interrupted == 0 && figures.Pacing.IsClean;

    private void WriteFigures(StepFigures figures, bool hasPercentiles = true)
    {
        _json.WriteNumber("ok"u8, figures.OkCount);
        _json.WriteNumber("fail"u8, figures.FailCount);
        _json.WriteNumber("interrupted"u8, figures.Interrupted);
        WriteLatency("latency"u8, figures.Latency, hasPercentiles);
        WriteLatency("latency_uncorrected"u8, figures.LatencyUncorrected, hasPercentiles);
        if (figures.Failures.Count > 0)
            WriteFailures("failures"u8, figures.Failures);
        if (figures.Pacing.IsClean)
            return;
        _json.WriteStartObject("schedule"u8);
        _json.WriteNumber("late"u8, figures.Pacing.Late);
        _json.WriteNumber("dropped"u8, figures.Pacing.Dropped);
        _json.WriteNumber("unmatched"u8, figures.Pacing.Unmatched);
        _json.WriteEndObject();
    }

    private void WriteConnect(ConnectFigures connect)
    {
        _json.WriteStartObject("connect"u8);
        _json.WriteNumber("ok"u8, connect.OkCount);
        _json.WriteNumber("fail"u8, connect.FailCount);
        _json.WriteNumber("interrupted"u8, connect.Interrupted);
        _json.WriteStartArray("phases"u8);
        foreach (ConnectPhaseFigures phase in connect.Phases)
        {
            if (phase.Duration.TotalCount == 0 && !_known.Add((phase.Name, "phase", "", "")))
                continue;
            _json.WriteStartObject();
            _json.WriteString("name"u8, phase.Name);
            WriteLatency("duration"u8, phase.Duration);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        WriteFailures("failures"u8, connect.Failures);
        WriteFailures("lost"u8, connect.Lost);
        _json.WriteEndObject();
    }

    private void WriteFailures(ReadOnlySpan<byte> property, IReadOnlyDictionary<Outcome, long> failures)
    {
        _json.WriteStartArray(property);
        foreach ((Outcome outcome, long count) in failures)
        {
            _json.WriteStartObject();
            SummaryFile.WriteOutcome(_json, outcome);
            _json.WriteNumber("count"u8, count);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteChecks(IReadOnlyList<CheckFigures> checks)
    {
        _json.WriteStartArray("checks"u8);
        foreach (CheckFigures check in checks)
        {
            if (check.OkCount + check.FailCount == 0 && !_known.Add((check.Scenario, check.Check, "check", "")))
                continue;
            _json.WriteStartObject();
            _json.WriteString("scenario"u8, check.Scenario);
            _json.WriteString("name"u8, check.Check);
            _json.WriteNumber("ok"u8, check.OkCount);
            _json.WriteNumber("fail"u8, check.FailCount);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteMetrics(MetricFigures metrics)
    {
        _json.WriteStartObject("metrics"u8);
        _json.WriteStartArray("counters"u8);
        foreach (CounterFigures counter in metrics.Counters)
        {
            BeginMetric(counter.Name, counter.Unit);
            _json.WriteNumber("count"u8, counter.Count);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("gauges"u8);
        foreach (GaugeFigures gauge in metrics.Gauges)
        {
            BeginMetric(gauge.Name, gauge.Unit);
            _json.WriteNumber("last"u8, gauge.Last);
            _json.WriteNumber("min"u8, gauge.Min);
            _json.WriteNumber("max"u8, gauge.Max);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("histograms"u8);
        foreach (HistogramFigures histogram in metrics.Histograms)
        {
            BeginMetric(histogram.Name, histogram.Unit);
            WriteDistribution("values"u8, histogram.Values, unit: 1);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        WriteBroadcasts(metrics.Broadcasts);
    }

    private void BeginMetric(string name, string unit)
    {
        _json.WriteStartObject();
        _json.WriteString("name"u8, name);
        _json.WriteString("unit"u8, unit);
    }

    private void WriteBroadcasts(IReadOnlyList<BroadcastFigures> broadcasts)
    {
        _json.WriteStartArray("broadcasts"u8);
        foreach (BroadcastFigures broadcast in broadcasts)
        {
            _json.WriteStartObject();
            _json.WriteString("name"u8, broadcast.Name);
            _json.WriteNumber("sent"u8, broadcast.Sent);
            _json.WriteNumber("reached"u8, broadcast.Reached);
            _json.WriteNumber("late"u8, broadcast.Late);
            _json.WriteNumber("lost"u8, broadcast.Lost);
            _json.WriteNumber("duplicates"u8, broadcast.Duplicates);
            _json.WriteNumber("out_of_order"u8, broadcast.OutOfOrder);
            WriteLatency("first"u8, broadcast.First);
            WriteLatency("median"u8, broadcast.Median);
            WriteLatency("last"u8, broadcast.Last);
            WriteLatency("deliveries"u8, broadcast.Deliveries);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteLoops(IReadOnlyList<LoopFigures> loops)
    {
        _json.WriteStartArray("loops"u8);
        foreach (LoopFigures loop in loops)
        {
            _json.WriteStartObject();
            _json.WriteNumber("index"u8, loop.Index);
            WriteLatency("lag"u8, loop.Lag);
            WriteLatency("lateness"u8, loop.Lateness);
            WriteSeconds("cpu_seconds"u8, loop.Cpu);
            WriteSeconds("cpu_wait_seconds"u8, loop.CpuWait);
            _json.WriteNumber("allocated_bytes"u8, loop.AllocatedBytes);
            _json.WriteNumber("script_allocated_bytes"u8, loop.ScriptAllocatedBytes);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteThresholds(IReadOnlyList<ThresholdResult> thresholds)
    {
        _json.WriteStartArray("thresholds"u8);
        foreach (ThresholdResult threshold in thresholds)
        {
            _json.WriteStartObject();
            SummaryFile.WriteThreshold(_json, threshold);
            _json.WriteNumber("crossed_count"u8, threshold.ErrorCount);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteLog(IReadOnlyList<LogLine> log)
    {
        _json.WriteStartArray("log"u8);
        foreach (LogLine line in log)
        {
            _json.WriteStartObject();
            _json.WriteString("at"u8, Timestamp.Exact(line.At));
            _json.WriteString("text"u8, line.Text);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteCodes(ReadOnlySpan<byte> property, IReadOnlyDictionary<int, long> codes)
    {
        _json.WriteStartObject(property);
        foreach ((int code, long count) in codes)
            _json.WriteNumber(code.ToString("D", null), count);
        _json.WriteEndObject();
    }

    private void WriteWays(ReadOnlySpan<byte> property, long sent, long received)
    {
        _json.WriteStartObject(property);
        _json.WriteNumber("sent"u8, sent);
        _json.WriteNumber("received"u8, received);
        _json.WriteEndObject();
    }

    private void WriteLatency(ReadOnlySpan<byte> property, Histogram histogram, bool hasPercentiles = true) => WriteDistribution(property, histogram, NanosecondsPerSecond, hasPercentiles);

    /// <summary>Percentiles of the interval, for readers that do not read <c>run.hlog</c>: they cannot be put together to those of a longer time.</summary>
    private void WriteDistribution(ReadOnlySpan<byte> property, Histogram histogram, double unit, bool hasPercentiles = true)
    {
        _json.WriteStartObject(property);
        _json.WriteNumber("count"u8, histogram.TotalCount);
        if (histogram.TotalCount > 0 && hasPercentiles)
        {
            Span<long> values = stackalloc long[3];
            histogram.ValuesAtPercentiles(Percentiles, values);
            _json.WriteNumber("p50"u8, values[0] / unit);
            _json.WriteNumber("p95"u8, values[1] / unit);
            _json.WriteNumber("p99"u8, values[2] / unit);
            _json.WriteNumber("max"u8, histogram.Max / unit);
        }

        _json.WriteEndObject();
    }

    private void WriteSeconds(ReadOnlySpan<byte> property, TimeSpan? time)
    {
        if (time is { } known)
            _json.WriteNumber(property, known.TotalSeconds);
        else
            _json.WriteNull(property);
    }
}
