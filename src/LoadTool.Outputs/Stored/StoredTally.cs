using System.Text.Json;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.Stored;

/// <summary>Makes snapshots of a stored run's intervals, one after another, and adds them up as the run would have.</summary>
internal sealed class StoredTally
{
    private readonly StoredHistograms _histograms;
    private readonly OrderedDictionary<(string Scenario, string Step), StoredStep> _steps = [];
    private readonly OrderedDictionary<string, StoredStep> _iterations = [];
    private readonly OrderedDictionary<(string Scenario, string Step, string Tag, string Value), StoredStep> _tagged = [];
    private readonly OrderedDictionary<(string Scenario, string Check), CheckFigures> _checks = [];
    private readonly OrderedDictionary<string, CounterFigures> _counters = [];
    private readonly OrderedDictionary<string, GaugeFigures> _gauges = [];
    private readonly OrderedDictionary<string, string> _ownHistograms = [];
    private readonly OrderedDictionary<string, BroadcastFigures> _broadcasts = [];
    private readonly HashSet<string> _phases = [];
    private readonly Dictionary<Outcome, long> _connectFailures = [];
    private readonly Dictionary<Outcome, long> _lost = [];
    private readonly Dictionary<int, long> _closeCodes = [];
    private readonly Dictionary<int, long> _closeCodesSent = [];
    private Traffic _traffic;
    private long _connectInterrupted;

    internal StoredTally(RunInfo run, StoredHistograms histograms)
    {
        _histograms = histograms;
        foreach (Scenario scenario in run.Scenarios)
            Iterations(scenario.Name);
    }

    /// <summary>The snapshot taken last; null before the first.</summary>
    internal Snapshot? Last { get; private set; }

    /// <summary>Makes the next snapshot; good until the one after it.</summary>
    /// <param name="line">The interval's line.</param>
    /// <param name="isCounted">Whether it belongs into the sums: what the clean of a scenario does comes after them.</param>
    internal Snapshot Take(JsonElement line, bool isCounted)
    {
        Last = new Snapshot(
            line.Moment("started_at"), line.Time("seconds"), line.Time("since_start_seconds"), Steps(line, isCounted), Iterations(line, isCounted), line.Traffic(),
            (int)line.Count("users"), line.Count("connections"), [.. line.Each("log").Select(entry => new LogLine(entry.Moment("at"), entry.Text("text")))])
        {
            Checks = Checks(line, isCounted),
            Tagged = Tagged(line, isCounted),
            Loops = [.. line.Each("loops").Select(loop => Loop(loop, isCounted))],
            Metrics = Metrics(line, isCounted),
            Connect = Connect(line.GetProperty("connect"), isCounted),
            IterationsStarted = line.Count("iterations_started"),
            CloseCodes = line.Codes("close_codes"),
            CloseCodesSent = line.Codes("close_codes_sent"),
            GcPause = line.Time("gc_pause_seconds"),
            Thresholds = [.. line.Each("thresholds").Select(threshold => threshold.Threshold())],
        };
        if (isCounted)
            Count(Last);
        return Last;
    }

    /// <summary>Where a step stands among all, in the order they first occurred.</summary>
    internal int IndexOf(string scenario, string step) => _steps.IndexOf((scenario, step));

    /// <summary>The sum of all intervals, for a run that left no summary.</summary>
    /// <param name="run">The run.</param>
    /// <param name="incomplete">What became of it.</param>
    internal RunResult Sum(RunInfo run, string incomplete)
    {
        StepFigures[] steps = [.. _steps.Values.Select(step => step.Total(_histograms))];
        StepFigures[] iterations = [.. _iterations.Values.Select(step => step.Total(_histograms))];
        KeyValuePair<Outcome, long>[] failures = [.. Failures(steps, iterations).OrderByDescending(failure => failure.Value)
            .ThenBy(failure => failure.Key.Status, StringComparer.Ordinal).ThenBy(failure => failure.Key.Detail, StringComparer.Ordinal)];
        Dictionary<string, long> statuses = failures.GroupBy(failure => failure.Key.Status).ToDictionary(group => group.Key, group => group.Sum(failure => failure.Value));
        statuses[Outcome.Ok] = statuses.GetValueOrDefault(Outcome.Ok)
            + steps.Concat(iterations.ExceptBy(steps.Select(step => step.Scenario), step => step.Scenario)).Sum(step => step.OkCount);
        return new RunResult(
            run, Last?.SinceStart ?? default, steps, iterations, _traffic, statuses, failures, _closeCodes, MeasuredCost: default, TotalCost: default,
            Last?.Connections ?? 0, WasStopped: false, CleanError: null, OutputErrors: new Dictionary<string, string>())
        {
            Checks = [.. _checks.Values],
            Tagged = [.. Ordered(_tagged.Select(tagged => new TaggedFigures(tagged.Key.Tag, tagged.Key.Value, tagged.Value.Total(_histograms))))],
            Metrics = new MetricFigures(
                [.. _counters.Values],
                [.. _gauges.Values],
                [.. _ownHistograms.Select(metric => new HistogramFigures(metric.Key, Unit: metric.Value, _histograms.Total(HistogramTag.OfMetric(metric.Key))))])
            {
                Broadcasts = [.. _broadcasts.Values.Select(Total)],
            },
            Connect = new ConnectFigures(Phases(name => _histograms.Total(HistogramTag.OfConnect(name))), _connectFailures, _connectInterrupted, _lost),
            CloseCodesSent = _closeCodesSent,
            Thresholds = Last?.Thresholds ?? [],
            Incomplete = incomplete,
        };
    }

    internal static void Add<TKey>(Dictionary<TKey, long> sums, IReadOnlyDictionary<TKey, long> counts)
        where TKey : notnull
    {
        foreach ((TKey key, long count) in counts)
            sums[key] = sums.GetValueOrDefault(key) + count;
    }

    /// <summary>
    /// Intervals do not tell of failures outside of steps: they are what iterations have beyond those of their steps.
    /// </summary>
    private static Dictionary<Outcome, long> Failures(StepFigures[] steps, StepFigures[] iterations)
    {
        Dictionary<Outcome, long> failures = [];
        foreach (StepFigures whole in iterations)
        {
            Dictionary<Outcome, long> own = [];
            foreach (StepFigures step in steps.Where(step => step.Scenario == whole.Scenario))
                Add(own, step.Failures);
            Add(own, whole.Failures.ToDictionary(failure => failure.Key, failure => Math.Max(0, failure.Value - own.GetValueOrDefault(failure.Key))));
            Add(failures, own);
        }

        return failures;
    }

    private void Count(Snapshot snapshot)
    {
        Traffic passed = snapshot.Traffic;
        _traffic -= default(Traffic) - passed;
        Add(_closeCodes, snapshot.CloseCodes);
        Add(_closeCodesSent, snapshot.CloseCodesSent);
        Add(_connectFailures, snapshot.Connect.Failures);
        Add(_lost, snapshot.Connect.Lost);
        _connectInterrupted += snapshot.Connect.Interrupted;
    }

    private StepFigures[] Steps(JsonElement line, bool isCounted)
    {
        Dictionary<(string, string), JsonElement> here = [];
        foreach (JsonElement step in line.Each("steps"))
        {
            (string Scenario, string Step) key = (step.Text("scenario"), step.Text("step"));
            here.Add(key, step);
            if (!_steps.ContainsKey(key))
                _steps.Add(key, new StoredStep(key.Scenario, key.Step, HistogramTag.OfStep(key.Scenario, key.Step), StepRecorder.SignificantDigits));
        }

        return [.. _steps.Select(step => step.Value.Take(Of(here, step.Key), _histograms, isCounted))];
    }

    private StepFigures[] Iterations(JsonElement line, bool isCounted)
    {
        Dictionary<string, JsonElement> here = line.Each("iterations").ToDictionary(iterations => iterations.Text("scenario"));
        foreach (string scenario in here.Keys)
            Iterations(scenario);
        return [.. _iterations.Select(iterations => iterations.Value.Take(Of(here, iterations.Key), _histograms, isCounted))];
    }

    private void Iterations(string scenario)
    {
        if (!_iterations.ContainsKey(scenario))
            _iterations.Add(scenario, new StoredStep(scenario, StoredSummary.IterationName, HistogramTag.OfIterations(scenario), StepRecorder.SignificantDigits));
    }

    private TaggedFigures[] Tagged(JsonElement line, bool isCounted)
    {
        Dictionary<(string, string, string, string), JsonElement> here = [];
        foreach (JsonElement tagged in line.Each("tagged"))
        {
            (string Scenario, string Step, string Tag, string Value) key = (tagged.Text("scenario"), tagged.Text("step"), tagged.Text("tag"), tagged.Text("value"));
            here.Add(key, tagged);
            if (!_tagged.ContainsKey(key))
                _tagged.Add(key, new StoredStep(key.Scenario, key.Step, HistogramTag.OfTagged(key.Scenario, key.Step, key.Tag, key.Value), TaggedSteps.SignificantDigits));
        }

        return Ordered(_tagged.Select(tagged => new TaggedFigures(tagged.Key.Tag, tagged.Key.Value, tagged.Value.Take(Of(here, tagged.Key), _histograms, isCounted))));
    }

    /// <summary>As the run itself orders them.</summary>
    private static TaggedFigures[] Ordered(IEnumerable<TaggedFigures> tagged) =>
        [.. tagged.OrderBy(figures => figures.Tag, StringComparer.Ordinal).ThenBy(figures => figures.Value, StringComparer.Ordinal)];

    private CheckFigures[] Checks(JsonElement line, bool isCounted)
    {
        Dictionary<(string, string), CheckFigures> here = line.Each("checks")
            .Select(check => new CheckFigures(check.Text("scenario"), check.Text("name"), check.Count("ok"), check.Count("fail")))
            .ToDictionary(check => (check.Scenario, check.Check));
        foreach (((string, string) key, CheckFigures check) in here)
        {
            CheckFigures sum = _checks.GetValueOrDefault(key) ?? check with { OkCount = 0, FailCount = 0 };
            _checks[key] = isCounted ? sum with { OkCount = sum.OkCount + check.OkCount, FailCount = sum.FailCount + check.FailCount } : sum;
        }

        return [.. _checks.Select(check => here.GetValueOrDefault(check.Key) ?? check.Value with { OkCount = 0, FailCount = 0 })];
    }

    private LoopFigures Loop(JsonElement loop, bool isCounted)
    {
        int index = (int)loop.Count("index");
        string lag = HistogramTag.OfLoop(index, HistogramTag.Lag), lateness = HistogramTag.OfLoop(index, HistogramTag.Lateness);
        LoopFigures figures = new(
            index, _histograms.Next(lag, loop.Counted("lag")), _histograms.Next(lateness, loop.Counted("lateness")), loop.TimeOrNull("cpu_seconds"), loop.TimeOrNull("cpu_wait_seconds"),
            loop.Count("allocated_bytes"), loop.Count("script_allocated_bytes"));
        if (isCounted)
        {
            _histograms.Count(lag, figures.Lag);
            _histograms.Count(lateness, figures.Lateness);
        }

        return figures;
    }

    private MetricFigures Metrics(JsonElement line, bool isCounted)
    {
        JsonElement metrics = line.GetProperty("metrics");
        CounterFigures[] counters = [.. metrics.Each("counters").Select(counter => new CounterFigures(counter.Text("name"), counter.Text("unit"), counter.Count("count")))];
        foreach (CounterFigures counter in isCounted ? counters : [])
            _counters[counter.Name] = counter with { Count = counter.Count + (_counters.GetValueOrDefault(counter.Name)?.Count ?? 0) };
        GaugeFigures[] gauges = [.. metrics.Each("gauges").Select(StoredSummary.Gauge)];
        foreach (GaugeFigures gauge in gauges)
            _gauges[gauge.Name] = gauge;
        return new MetricFigures(
            counters,
            gauges,
            [.. metrics.Each("histograms").Select(metric => Histogram(metric, isCounted))])
        {
            Broadcasts = [.. line.Each("broadcasts").Select(broadcast => Broadcast(broadcast, isCounted))],
        };
    }

    private HistogramFigures Histogram(JsonElement metric, bool isCounted)
    {
        string tag = HistogramTag.OfMetric(metric.Text("name"));
        HistogramFigures figures = new(metric.Text("name"), metric.Text("unit"), _histograms.Next(tag, metric.Counted("values")));
        _ownHistograms[figures.Name] = figures.Unit;
        if (isCounted)
            _histograms.Count(tag, figures.Values);
        return figures;
    }

    private BroadcastFigures Broadcast(JsonElement json, bool isCounted)
    {
        BroadcastFigures figures = StoredSummary.Broadcast(json, (tag, count) => _histograms.Next(tag, count));
        if (!isCounted)
            return figures;
        foreach ((string part, Metrics.Histogram histogram) in ((string, Metrics.Histogram)[])
            [(HistogramTag.First, figures.First), (HistogramTag.Median, figures.Median), (HistogramTag.Last, figures.Last), (HistogramTag.Deliveries, figures.Deliveries)])
            _histograms.Count(HistogramTag.OfBroadcast(figures.Name, part), histogram);
        _broadcasts[figures.Name] = _broadcasts.GetValueOrDefault(figures.Name) is not { } sum ? figures : sum with
        {
            Sent = sum.Sent + figures.Sent,
            Reached = sum.Reached + figures.Reached,
            Late = sum.Late + figures.Late,
            Lost = sum.Lost + figures.Lost,
            Duplicates = sum.Duplicates + figures.Duplicates,
            OutOfOrder = sum.OutOfOrder + figures.OutOfOrder,
        };
        return figures;
    }

    private BroadcastFigures Total(BroadcastFigures sum) => sum with
    {
        First = _histograms.Total(HistogramTag.OfBroadcast(sum.Name, HistogramTag.First)),
        Median = _histograms.Total(HistogramTag.OfBroadcast(sum.Name, HistogramTag.Median)),
        Last = _histograms.Total(HistogramTag.OfBroadcast(sum.Name, HistogramTag.Last)),
        Deliveries = _histograms.Total(HistogramTag.OfBroadcast(sum.Name, HistogramTag.Deliveries)),
    };

    private ConnectFigures Connect(JsonElement connect, bool isCounted)
    {
        Dictionary<string, long> counts = connect.Each("phases").ToDictionary(phase => phase.Text("name"), phase => phase.Counted("duration"));
        _phases.UnionWith(counts.Keys);
        ConnectPhaseFigures[] phases = Phases(name => _histograms.Next(HistogramTag.OfConnect(name), counts.GetValueOrDefault(name)));
        foreach (ConnectPhaseFigures phase in isCounted ? phases : [])
            _histograms.Count(HistogramTag.OfConnect(phase), phase.Duration);
        return new ConnectFigures(phases, connect.Failures("failures"), connect.Count("interrupted"), connect.Failures("lost"));
    }

    private ConnectPhaseFigures[] Phases(Func<string, Metrics.Histogram> duration) =>
        [.. ConnectPhaseFigures.AllNames.Where(_phases.Contains).Select(name => new ConnectPhaseFigures(name, duration(name)))];

    private static JsonElement? Of<TKey>(Dictionary<TKey, JsonElement> here, TKey key)
        where TKey : notnull => here.TryGetValue(key, out JsonElement json) ? json : null;
}
