using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.Prometheus;

/// <summary>A run as Prometheus sees it: families of series that count from the run's start, filled by its snapshots. One thread at a time.</summary>
internal sealed class RunMetrics
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>Labels that families use themselves: a tag of the run by such a name could not be told from them.</summary>
    private static readonly HashSet<string> Taken =
    [
        "check", "code", "condition", "direction", "engine", "form", "kind", "le", "loop", "loops", "metric", "name", "phase", "quantile", "receiver", "result", "scenario", "seed", "started_at", "state", "status",
        "step", "storm", "tag", "target", "testid", "threshold", "value", "version",
    ];

    private readonly RunInfo _run;
    private readonly bool _isNative;
    private readonly List<HistogramFamily> _histograms = [];
    private readonly MetricFamily _info, _startTime, _users, _connections, _iterations, _iterationsStarted, _steps, _paced, _sent, _received, _bytesSent, _bytesReceived, _tls, _compression, _closes;
    private readonly MetricFamily _connectFailures, _connectInterrupted, _lost, _checks, _taggedSteps, _thresholdCrossed, _thresholdValue, _loopCpu, _gcPause, _leftOut, _trust, _duration;
    private readonly HistogramFamily _latency, _latencyUncorrected, _iterationDuration, _connect, _tagged, _loopLag, _loopLateness;
    private readonly ScriptFamilies _script;
    private readonly ReconnectFamilies _reconnects;

    internal RunMetrics(RunInfo run, MetricSettings settings)
    {
        (_run, _isNative, TestId) = (run, settings.IsNative, settings.TestIdOf(run));
        Table = new SeriesTable([new("testid", TestId), .. run.Options.Tags.Where(tag => IsLabel(tag.Key)).Select(tag => new MetricLabel(tag.Key, tag.Value))], settings.MaxSeries);
        _info = Table.Family("loadtool_run", FamilyKind.Info, "The run.", SampleShape.Info, "name", "target", "version", "engine", "started_at");
        _startTime = Gauge("loadtool_run_start_time_seconds", "When the load began, in seconds since 1970.");
        _duration = Gauge("loadtool_run_duration_seconds", "How long the run has been going on, at its end the drain included.");
        _trust = Gauge("loadtool_run_trust", "The run's verdict on its own generator, at its end: 0 trusted, 1 degraded, 2 invalid.");
        _users = Gauge("loadtool_ws_users", "Virtual users running an iteration.");
        _connections = Gauge("loadtool_ws_connections", "TCP connections open.");
        _iterationsStarted = Counter("loadtool_ws_iterations_started", "Iterations that began.");
        _iterations = Counter("loadtool_ws_iterations", "Iterations that ended, by status.", "scenario", "status");
        _iterationDuration = Durations("loadtool_ws_iteration_duration_seconds", "How long successful iterations took, from the moment each was due.", "scenario");
        _steps = Counter("loadtool_ws_steps", "Steps that ended, by status; Interrupted is what the run's end cut off.", "scenario", "step", "status");
        _latency = Durations("loadtool_ws_message_rtt_seconds", "Latency of successful steps, from the moment each was intended to begin.", "scenario", "step");
        _latencyUncorrected = Durations("loadtool_ws_message_rtt_uncorrected_seconds", "Latency of successful steps, from the moment each really began.", "scenario", "step");
        _paced = Counter("loadtool_ws_scheduled_messages", "Messages of a schedule that were sent late, dropped, or came unmatched.", "scenario", "step", "result");
        _taggedSteps = Table.FamilyOfMany(
            "loadtool_ws_tagged_steps", FamilyKind.Counter, "Steps that ended, by the values of their tags.", SampleShape.Counter, "scenario", "step", "tag", "value", "status");
        _tagged = Many("loadtool_ws_tagged_rtt_seconds", "Latency of successful steps by the values of their tags, from the intended moment, to two digits.", "scenario", "step", "tag", "value");
        _checks = Counter("loadtool_ws_checks", "How often each check held (ok) or did not (fail).", "scenario", "check", "result");
        _sent = Counter("loadtool_ws_messages_sent", "Messages handed to TCP.");
        _received = Counter("loadtool_ws_messages_received", "Messages received whole.");
        _bytesSent = Counter("loadtool_ws_bytes_sent", "Bytes handed to TCP, frame headers and handshakes included.");
        _bytesReceived = Counter("loadtool_ws_bytes_received", "Bytes read from TCP, frame headers and handshakes included.");
        _tls = Counter("loadtool_ws_tls_handshakes", "TLS handshakes, full or resumed.", "kind");
        _compression = Counter("loadtool_ws_compression_bytes", "Bytes of compressed messages, plain and as they passed.", "direction", "form");
        _connect = Durations("loadtool_ws_connect_duration_seconds", "How long the phases of connecting took.", "phase");
        _connectFailures = Counter("loadtool_ws_connect_failures", "Sockets that could not connect.", "status", "phase");
        _connectInterrupted = Counter("loadtool_ws_connect_interrupted", "Attempts to connect that the script or the run's end cut off.");
        _lost = Counter("loadtool_ws_lost_connections", "Open connections lost while nobody awaited anything of them.", "status");
        _closes = Counter("loadtool_ws_closes", "Close frames, by code; 1005 stands for an empty one.", "code", "direction");
        _thresholdCrossed = Gauge("loadtool_threshold_crossed", "1 where a threshold does not hold.", "scenario", "threshold");
        _thresholdValue = Gauge("loadtool_threshold_value", "The figure that a threshold is held against; seconds for latencies.", "scenario", "threshold");
        _loopLag = Durations("loadtool_loop_lag_seconds", "How late event loops came to what was due, looked at a hundred times a second.", "loop");
        _loopLateness = Durations("loadtool_loop_lateness_seconds", "How late arrivals and turns began.", "loop");
        _loopCpu = Counter("loadtool_loop_cpu_seconds", "Processor time of event loops.", "loop");
        _gcPause = Counter("loadtool_gc_pause_seconds", "Time that the garbage collector held all threads.");
        _leftOut = Gauge("loadtool_series_left_out", "Series past the limit of this output.");
        _script = new ScriptFamilies(Table, settings.IsNative);
        _reconnects = new ReconnectFamilies(Table, settings.IsNative);
        Begin();
    }

    /// <summary>The label of every series.</summary>
    internal string TestId { get; }

    internal SeriesTable Table { get; }

    /// <summary>A whole run at once.</summary>
    internal static RunMetrics Of(RunResult result)
    {
        RunMetrics metrics = new(result.Run, MetricSettings.Unlimited);
        metrics.Add(Whole(result));
        metrics.End(result);
        metrics.Refresh();
        return metrics;
    }

    /// <summary>Whether a tag of the run can be a label.</summary>
    internal static bool IsLabel(string tag) => MetricNames.IsLabel(tag) && !Taken.Contains(tag);

    /// <summary>Adds an interval; its histograms are not kept.</summary>
    internal void Add(Snapshot interval)
    {
        Table.Set(_duration, interval.SinceStart.TotalSeconds);
        Table.Set(_users, interval.ActiveUsers);
        Table.Set(_connections, interval.Connections);
        foreach (StepFigures iterations in interval.Iterations)
        {
            Table.AddOutcomes(_iterations, iterations, iterations.Scenario);
            _iterationDuration.Add(iterations.Latency, iterations.Scenario);
        }

        Table.Add(_iterationsStarted, interval.IterationsStarted);
        foreach (StepFigures step in interval.Steps)
            AddStep(step);
        foreach (TaggedFigures tagged in interval.Tagged)
            AddTagged(tagged);
        foreach (CheckFigures check in interval.Checks)
        {
            Table.Add(_checks, check.OkCount, check.Scenario, check.Check, "ok");
            Table.Add(_checks, check.FailCount, check.Scenario, check.Check, "fail");
        }

        AddTraffic(interval.Traffic);
        AddConnect(interval.Connect);
        AddCloses(interval.CloseCodes, "received");
        AddCloses(interval.CloseCodesSent, "sent");
        AddThresholds(interval.Thresholds);
        AddLoops(interval);
        _script.Add(interval.Metrics);
    }

    /// <summary>What is known only at the end.</summary>
    internal void End(RunResult result)
    {
        Table.Set(_duration, result.Length.TotalSeconds);
        AddThresholds(result.Thresholds);
        _reconnects.Add(result);
        if (result.Trust is { } trust)
            Table.Set(_trust, (int)trust.Verdict);
    }

    /// <summary>Brings the values of all series up to what was added.</summary>
    internal void Refresh()
    {
        foreach (HistogramFamily family in _histograms)
            family.Refresh();
        _script.Refresh();
        _reconnects.Refresh();
        Table.Set(_leftOut, Table.LeftOut.Values.Sum());
    }

    /// <summary>A result as the one interval of its run.</summary>
    private static Snapshot Whole(RunResult result) => new(
        result.Run.StartedAt, result.Length, result.Length, result.Steps, result.Iterations, result.Traffic, ActiveUsers: 0, result.ConnectionsAtEnd, Log: [])
    {
        IterationsStarted = result.Iterations.Sum(figures => figures.OkCount + figures.FailCount + figures.Interrupted),
        Checks = result.Checks,
        Tagged = result.Tagged,
        Metrics = result.Metrics,
        Loops = result.Trust?.Figures.Loops ?? [],
        Connect = result.Connect,
        CloseCodes = result.CloseCodes,
        CloseCodesSent = result.CloseCodesSent,
        GcPause = result.Trust?.Figures.GcPause ?? default,
        Thresholds = result.Thresholds,
    };

    /// <summary>What is zero from the start, so that its first increase is seen as one.</summary>
    private void Begin()
    {
        Table.Set(_info, 1, _run.Name, PublicUri.Of(_run.Options.Target), ToolVersion.Text, _run.Options.Engine.ToString().ToLowerInvariant(), Timestamp.Of(_run.StartedAt));
        Table.Set(_startTime, _run.StartedAt.ToUnixTimeMilliseconds() / 1e3);
        Table.Set(_leftOut, 0);
        foreach (MetricFamily family in new[] { _iterationsStarted, _sent, _received, _bytesSent, _bytesReceived, _connectInterrupted, _gcPause })
            Table.Add(family, 0);
        foreach (Scenario scenario in _run.Scenarios)
            Table.Add(_iterations, 0, scenario.Name, Outcome.Ok);
    }

    private void AddStep(StepFigures step)
    {
        Table.AddOutcomes(_steps, step, step.Scenario, step.Step);
        _latency.Add(step.Latency, step.Scenario, step.Step);
        _latencyUncorrected.Add(step.LatencyUncorrected, step.Scenario, step.Step);
        CountSome(_paced, step.Pacing.Late, step.Scenario, step.Step, "late");
        CountSome(_paced, step.Pacing.Dropped, step.Scenario, step.Step, "dropped");
        CountSome(_paced, step.Pacing.Unmatched, step.Scenario, step.Step, "unmatched");
    }

    private void AddTagged(TaggedFigures tagged)
    {
        Table.AddOutcomes(_taggedSteps, tagged.Figures, tagged.Figures.Scenario, tagged.Figures.Step, tagged.Tag, tagged.Value);
        _tagged.Add(tagged.Figures.Latency, tagged.Figures.Scenario, tagged.Figures.Step, tagged.Tag, tagged.Value);
    }

    private void AddTraffic(in Traffic traffic)
    {
        Table.Add(_sent, traffic.MessagesSent);
        Table.Add(_received, traffic.MessagesReceived);
        Table.Add(_bytesSent, traffic.BytesSent);
        Table.Add(_bytesReceived, traffic.BytesReceived);
        CountSome(_tls, traffic.TlsFull, "full");
        CountSome(_tls, traffic.TlsResumed, "resumed");
        CompressionTotals compression = traffic.Compression;
        CountSome(_compression, compression.SentPlainBytes, "sent", "plain");
        CountSome(_compression, compression.SentCompressedBytes, "sent", "compressed");
        CountSome(_compression, compression.ReceivedPlainBytes, "received", "plain");
        CountSome(_compression, compression.ReceivedCompressedBytes, "received", "compressed");
    }

    private void AddConnect(ConnectFigures connect)
    {
        foreach (ConnectPhaseFigures phase in connect.Phases)
            _connect.Add(phase.Duration, PhaseOf(phase.Name));
        foreach ((Outcome outcome, long count) in connect.Failures)
            Table.Add(_connectFailures, count, outcome.Status, outcome.Phase.ToString().ToLowerInvariant());
        foreach ((Outcome outcome, long count) in connect.Lost)
            Table.Add(_lost, count, outcome.Status);
        Table.Add(_connectInterrupted, connect.Interrupted);
    }

    /// <summary><c>connect.tls.full</c> is <c>tls_full</c>, and the whole <c>all</c>.</summary>
    private static string PhaseOf(string name)
    {
        int dot = name.IndexOf('.');
        return dot < 0 ? "all" : name[(dot + 1)..].Replace('.', '_');
    }

    private void AddCloses(IReadOnlyDictionary<int, long> codes, string direction)
    {
        foreach ((int code, long count) in codes)
            Table.Add(_closes, count, code.ToString("D", null), direction);
    }

    private void AddThresholds(IReadOnlyList<ThresholdResult> thresholds)
    {
        foreach (ThresholdResult threshold in thresholds)
        {
            Table.Set(_thresholdCrossed, threshold.IsCrossed ? 1 : 0, threshold.Scenario, threshold.Text);
            if (threshold.Value is { } value)
                Table.Set(_thresholdValue, threshold.Unit == ThresholdUnit.Nanoseconds ? value / NanosecondsPerSecond : value, threshold.Scenario, threshold.Text);
        }
    }

    private void AddLoops(Snapshot interval)
    {
        foreach (LoopFigures loop in interval.Loops)
        {
            string name = loop.Index.ToString("D", null);
            _loopLag.Add(loop.Lag, name);
            _loopLateness.Add(loop.Lateness, name);
            if (loop.Cpu is { } cpu)
                Table.Add(_loopCpu, cpu.TotalSeconds, name);
        }

        Table.Add(_gcPause, interval.GcPause.TotalSeconds);
    }

    /// <summary>Counts what most runs do not have.</summary>
    private void CountSome(MetricFamily family, long count, params ReadOnlySpan<string> labels)
    {
        if (count != 0)
            Table.Add(family, count, labels);
    }

    private MetricFamily Counter(string name, string help, params string[] labels) => Table.Family(name, FamilyKind.Counter, help, SampleShape.Counter, labels);

    private MetricFamily Gauge(string name, string help, params string[] labels) => Table.Family(name, FamilyKind.Gauge, help, SampleShape.Gauge, labels);

    private HistogramFamily Durations(string name, string help, params string[] labels) =>
        Keep(new(Table, name, help, _isNative ? BucketGrid.NativeSeconds : BucketGrid.ClassicSeconds, isMany: false, labels));

    private HistogramFamily Many(string name, string help, params string[] labels) =>
        Keep(new(Table, name, help, _isNative ? BucketGrid.NativeCoarseSeconds : BucketGrid.ClassicSeconds, isMany: true, labels));

    private HistogramFamily Keep(HistogramFamily family)
    {
        _histograms.Add(family);
        return family;
    }
}
