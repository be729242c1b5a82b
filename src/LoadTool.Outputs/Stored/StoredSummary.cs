using System.Text.Json;
using LoadTool.Metrics;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.Stored;

/// <summary>Reads a summary back: its numbers as they stand there, its histograms from <c>run.hlog</c>.</summary>
/// <param name="summary">What <c>summary.json</c> holds.</param>
/// <param name="histograms">The log, read to its end.</param>
/// <param name="tally">Which order steps have.</param>
internal sealed class StoredSummary(JsonElement summary, StoredHistograms histograms, StoredTally tally)
{
    internal const string IterationName = "iteration";

    private const string ConnectWaitName = "(connect wait)";

    internal RunResult Result(RunInfo run)
    {
        JsonElement[] scenarios = [.. summary.Each("scenarios")];
        JsonElement generator = summary.Find("generator") ?? default;
        JsonElement connect = summary.GetProperty("connect");
        return new RunResult(
            run,
            summary.Time("duration_seconds"),
            [.. scenarios.SelectMany(scenario => scenario.Each("steps").Select(step => Step(scenario, step))).OrderBy(step => tally.IndexOf(step.Scenario, step.Step))],
            [.. scenarios.Select(scenario => Figures(scenario.GetProperty("iterations"), scenario.Text("name"), IterationName, HistogramTag.OfIterations(scenario.Text("name"))))],
            summary.Traffic(),
            summary.GetProperty("statuses").EnumerateObject().ToDictionary(status => status.Name, status => status.Value.GetInt64()),
            [.. summary.Failures("failures")],
            summary.Codes("close_codes"),
            generator.ValueKind == JsonValueKind.Object ? Cost(generator.GetProperty("measured")) : default,
            generator.ValueKind == JsonValueKind.Object ? Cost(generator) : default,
            summary.Count("connections_at_end"),
            summary.GetProperty("stopped_from_outside").GetBoolean(),
            CleanError(run),
            summary.Texts("output_errors"))
        {
            Checks = [.. scenarios.SelectMany(scenario => scenario.Each("checks").Select(check => new CheckFigures(scenario.Text("name"), check.Text("name"), check.Counted("ok"), check.Counted("fail"))))],
            Tagged = [.. scenarios.SelectMany(scenario => scenario.Each("steps").SelectMany(step => Tagged(scenario, step)))
                .OrderBy(tagged => tagged.Tag, StringComparer.Ordinal).ThenBy(tagged => tagged.Value, StringComparer.Ordinal)],
            Metrics = Metrics(summary.GetProperty("metrics")),
            Trust = summary.Find("trust") is { } trust ? Trust(trust) : null,
            Connect = new ConnectFigures(
                [.. connect.Each("phases").Select(phase => Phase(phase))], connect.Failures("failures"), connect.Counted("interrupted"), connect.Failures("lost")),
            CloseCodesSent = summary.Codes("close_codes_sent"),
            Samples = Samples([.. summary.Each("failures"), .. connect.Each("failures"), .. connect.Each("lost")]),
            WarmUp = summary.Find("warm_up") is { } warmUp ? WarmUp(warmUp) : null,
            ConnectWaits = [.. scenarios.Where(scenario => scenario.Find("connect_wait") is not null).Select(ConnectWait)],
            Reconnects = [.. scenarios.Where(scenario => scenario.Find("reconnects") is not null).Select(Reconnect)],
            Storms = [.. scenarios.SelectMany(scenario => scenario.Each("storms").Select(storm => Storm(scenario.Text("name"), storm)))],
            LoadChanges = [.. summary.Each("load_changes").Select(change => new LoadChange(change.Time("at_seconds"), change.GetProperty("factor").GetDouble()))],
            Thresholds = [.. summary.Each("thresholds").Select(Threshold)],
            Incomplete = summary.TextOrNull("incomplete_reason"),
        };
    }

    internal static GaugeFigures Gauge(JsonElement gauge) =>
        new(gauge.Text("name"), gauge.Text("unit"), gauge.GetProperty("last").GetDouble(), gauge.GetProperty("min").GetDouble(), gauge.GetProperty("max").GetDouble());

    /// <param name="json">A broadcast's figures, over an interval or the whole run.</param>
    /// <param name="histogram">Finds one by tag and count.</param>
    internal static BroadcastFigures Broadcast(JsonElement json, Func<string, long, Histogram> histogram)
    {
        string name = json.Text("name");
        return new BroadcastFigures(
            name, json.Count("sent"), json.Count("reached"), json.Count("late"), json.Count("lost"), json.Count("duplicates"), json.Count("out_of_order"),
            Of(HistogramTag.First), Of(HistogramTag.Median), Of(HistogramTag.Last), Of(HistogramTag.Deliveries));

        Histogram Of(string part) => histogram(HistogramTag.OfBroadcast(name, part), json.Counted(part));
    }

    private StepFigures Step(JsonElement scenario, JsonElement step) =>
        Figures(step, scenario.Text("name"), step.Text("name"), HistogramTag.OfStep(scenario.Text("name"), step.Text("name")));

    private IEnumerable<TaggedFigures> Tagged(JsonElement scenario, JsonElement step) => step.Each("tags").Select(tagged => new TaggedFigures(
        tagged.Text("tag"), tagged.Text("value"),
        Figures(
            tagged, scenario.Text("name"), step.Text("name"), HistogramTag.OfTagged(scenario.Text("name"), step.Text("name"), tagged.Text("tag"), tagged.Text("value")), TaggedSteps.SignificantDigits)));

    private StepFigures Figures(JsonElement json, string scenario, string step, string tag, int digits = StepRecorder.SignificantDigits) => new(
        scenario, step, histograms.Total(tag, json.Counted("latency"), digits), histograms.Total(HistogramTag.Uncorrected(tag), json.Counted("latency_uncorrected"), digits),
        json.Failures("failures"), json.Counted("interrupted"))
    {
        Pacing = json.Pacing(),
    };

    private ConnectPhaseFigures Phase(JsonElement phase)
    {
        string name = phase.Text("name");
        return new ConnectPhaseFigures(name, histograms.Total(HistogramTag.OfConnect(name), phase.Counted("duration")));
    }

    private MetricFigures Metrics(JsonElement metrics) => new(
        [.. metrics.Each("counters").Select(counter => new CounterFigures(counter.Text("name"), counter.Text("unit"), counter.Count("count")))],
        [.. metrics.Each("gauges").Select(Gauge)],
        [.. metrics.Each("histograms").Select(metric => new HistogramFigures(
            metric.Text("name"), metric.Text("unit"), histograms.Total(HistogramTag.OfMetric(metric.Text("name")), metric.Count("count"))))])
    {
        Broadcasts = [.. summary.Each("broadcasts").Select(broadcast => Broadcast(broadcast, (tag, count) => histograms.Total(tag, count)))],
    };

    /// <summary>Of a recovery and a wait the summary has the latency from the intended moment only.</summary>
    private StepFigures ConnectWait(JsonElement scenario)
    {
        string name = scenario.Text("name");
        Histogram latency = histograms.Total(HistogramTag.OfConnectWait(name), scenario.Counted("connect_wait"));
        return new StepFigures(name, ConnectWaitName, latency, latency, new Dictionary<Outcome, long>(), Interrupted: 0);
    }

    private ReconnectFigures Reconnect(JsonElement scenario)
    {
        string name = scenario.Text("name");
        JsonElement reconnects = scenario.GetProperty("reconnects");
        Histogram latency = histograms.Total(HistogramTag.OfRecover(name), reconnects.Counted("recover"));
        return new ReconnectFigures(
            reconnects.Count("lost"), reconnects.Count("attempts"), new StepFigures(name, ThresholdCondition.Recover, latency, latency, reconnects.Failures("failures"), reconnects.Counted("interrupted")));
    }

    private StormFigures Storm(string scenario, JsonElement storm) => new(
        scenario, (int)storm.Count("number"), storm.Time("at_seconds"), storm.Count("living"), storm.Count("cut"), storm.Count("attempts"),
        histograms.Total(HistogramTag.OfStorm(scenario, (int)storm.Count("number")), storm.Counted("recover")));

    /// <summary>How often it was crossed on the way, only intervals tell.</summary>
    private ThresholdResult Threshold(JsonElement json)
    {
        ThresholdResult threshold = json.Threshold();
        return threshold with
        {
            ErrorCount = tally.Last?.Thresholds.FirstOrDefault(last => (last.Scenario, last.Text) == (threshold.Scenario, threshold.Text))?.ErrorCount ?? 0,
        };
    }

    private static WarmUpFigures WarmUp(JsonElement warmUp)
    {
        JsonElement messages = warmUp.GetProperty("messages");
        return new WarmUpFigures(
            warmUp.Time("duration_seconds"), warmUp.Counted("ok"), warmUp.Counted("fail"), new Traffic(messages.Count("sent"), messages.Count("received"), BytesSent: 0, BytesReceived: 0));
    }

    private static GeneratorCost Cost(JsonElement cost) => new(
        cost.Time("cpu_user_seconds"), cost.Time("cpu_system_seconds"), cost.Count("allocated_bytes"), cost.Time("gc_pause_seconds"), cost.Count("max_rss_bytes"));

    private static Dictionary<Outcome, OutcomeSample> Samples(JsonElement[] failures)
    {
        Dictionary<Outcome, OutcomeSample> samples = [];
        foreach (JsonElement failure in failures)
        {
            if (failure.Find("sample") is { } sample)
            {
                samples.TryAdd(StoredJson.OutcomeOf(failure), new OutcomeSample(
                    sample.Moment("at"), sample.TextOrNull("scenario"), sample.TextOrNull("step"), sample.Find("user")?.GetInt32(), sample.Find("socket")?.GetUInt32(), sample.Text("text")));
            }
        }

        return samples;
    }

    /// <summary>The summary has the whole sentence.</summary>
    private ScenarioException? CleanError(RunInfo run)
    {
        if (summary.TextOrNull("clean_error") is not { } message)
            return null;
        foreach (Scenario scenario in run.Scenarios)
        {
            string begin = new ScenarioException(scenario.Name, "clean", new InvalidOperationException("")).Message;
            if (message.StartsWith(begin, StringComparison.Ordinal))
                return new ScenarioException(scenario.Name, "clean", new InvalidOperationException(message[begin.Length..]));
        }

        throw new FormatException("clean_error names no scenario");
    }

    private Trust Trust(JsonElement trust)
    {
        JsonElement figures = trust.GetProperty("figures");
        return new Trust(
            new TrustFigures
            {
                Length = figures.Time("seconds"),
                Loops = [.. figures.Each("loops").Select(Loop)],
                Lags = [.. figures.Each("lags").Select(Lags)],
                Blocks = [.. figures.Each("blocks").Select(block => new BlockFigures(
                    block.TextOrNull("scenario"), block.TextOrNull("step"), block.Count("count"), block.Time("total_seconds"), block.Time("longest_seconds"), (int)block.Count("longest_user"),
                    block.Time("longest_at_seconds")))],
                SaturatedShare = figures.GetProperty("saturated_share").GetDouble(),
                GcPause = figures.Time("gc_pause_seconds"),
                GcCount = (int)figures.Count("gc_count"),
                AllocatedBytes = figures.Count("allocated_bytes"),
                MaxConnections = figures.Count("max_connections"),
                Ports = figures.Find("ports")?.GetInt32(),
                OtherDescriptors = figures.Count("other_descriptors"),
                DescriptorLimit = figures.Find("descriptor_limit")?.GetInt64(),
                ExhaustionFailures = figures.Count("exhaustion_failures"),
                ClockSteps = (int)figures.Count("clock_steps"),
                LargestClockStep = figures.Time("largest_clock_step_seconds"),
                IsTargetLocal = figures.GetProperty("target_is_local").GetBoolean(),
                MachineBusy = figures.Find("machine_busy_share")?.GetDouble(),
                MachineStolen = figures.Find("machine_stolen_share")?.GetDouble(),
            },
            [.. trust.Each("reasons").Select(reason => new TrustReason(
                Enum.Parse<TrustVerdict>(reason.Text("verdict"), ignoreCase: true), reason.Text("kind"), reason.Text("finding"), reason.GetProperty("figure").GetDouble(),
                reason.GetProperty("limit").GetDouble(), reason.Text("unit"), reason.Text("remedy")))]);
    }

    private LoopFigures Loop(JsonElement loop, int index) => new(
        index, histograms.Total(HistogramTag.OfLoop(index, HistogramTag.Lag), loop.Counted("lag")), histograms.Total(HistogramTag.OfLoop(index, HistogramTag.Lateness), loop.Counted("lateness")),
        loop.TimeOrNull("cpu_seconds"), loop.TimeOrNull("cpu_wait_seconds"), loop.Count("allocated_bytes"), loop.Count("script_allocated_bytes"));

    private LagFigures Lags(JsonElement lags)
    {
        LagCause cause = Enum.Parse<LagCause>(lags.Text("cause"), ignoreCase: true);
        return new LagFigures(cause, histograms.Total(HistogramTag.OfLags(cause), lags.Count("count")), lags.Time("longest_at_seconds"));
    }
}
