using LoadTool.Metrics;

namespace LoadTool;

/// <summary>
/// One condition on a run's figures, written as k6 writes them: <c>echo: p(99) &lt; 10ms</c>, <c>errors: rate &lt; 0.1%</c>, <c>iterations: rate &gt; 100/s</c>,
/// <c>echo{room:lobby}: p(95) &lt; 20ms</c>, <c>checks: rate &gt; 99%</c>, <c>orders: count &gt; 100</c>. Latencies are those from the intended moment. It knows no run: figures in,
/// a value out.
/// </summary>
internal sealed class ThresholdCondition
{
    /// <summary>Failures among attempts: of all steps, or of one as <c>echo.errors</c>.</summary>
    internal const string Errors = "errors";

    internal const string Iterations = "iterations";

    /// <summary>Checks that held among all, or those of one name as <c>checks{check:name}</c>.</summary>
    internal const string Checks = "checks";

    /// <summary>The only tag that checks have.</summary>
    internal const string CheckTag = "check";

    /// <summary>Time without connection of users that stay connected.</summary>
    internal const string Recover = "recover";

    /// <summary>What can be asked for in every script.</summary>
    internal static readonly string[] BuiltIn = [Iterations, Errors, Late, Dropped, Checks, Recover, .. ConnectPhaseFigures.AllNames];

    /// <summary>Messages of a <see cref="MessageSchedule"/> that were late, and that were never sent: of all steps, or of one as <c>echo.late</c>.</summary>
    private const string Late = "late";
    private const string Dropped = "dropped";

    /// <summary>What is a share of a step's attempts.</summary>
    private static readonly string[] Parts = [Errors, Late, Dropped];

    private const double NanosecondsPerMillisecond = 1e6;

    private static readonly Dictionary<string, double> Durations = new()
    {
        ["ns"] = 1,
        ["us"] = 1e3,
        ["µs"] = 1e3,
        ["ms"] = NanosecondsPerMillisecond,
        [""] = NanosecondsPerMillisecond,
        ["s"] = 1e9,
        ["m"] = 60e9,
    };

    private static readonly Dictionary<string, double> Rates = new() { [""] = 1, ["/s"] = 1, ["/m"] = 1 / 60.0, ["/h"] = 1 / 3600.0 };
    private static readonly Dictionary<string, double> Shares = new() { [""] = 1, ["%"] = 0.01 };
    private static readonly Dictionary<string, double> Plain = new() { [""] = 1 };

    private readonly ThresholdText _form;

    private ThresholdCondition(ThresholdText form) => _form = form;

    /// <summary>As it was written.</summary>
    internal string Text => _form.Text;

    /// <summary>
    /// A step's name, a metric's, <c>iterations</c>, <c>errors</c>, a step's name and <c>.errors</c> (<c>.late</c>, <c>.dropped</c>), or <c>checks</c>; where no step is called so, <c>recover</c>,
    /// a phase of connecting (<see cref="ConnectPhaseFigures.Name"/>) or <c>connect.errors</c>, of all scenarios together. Without its tag.
    /// </summary>
    internal string Metric => _form.Metric;

    /// <summary>The name of the tag whose value divides the metric; null without one.</summary>
    internal string? Tag => _form.Tag;

    /// <summary>The value of <see cref="Tag"/>.</summary>
    internal string TagValue => _form.TagValue;

    internal bool Aborts => _form.Aborts;

    internal TimeSpan AbortAfter => _form.AbortAfter;

    /// <summary><c>p</c>, <c>avg</c>, <c>min</c>, <c>max</c>, <c>med</c>, <c>count</c>, <c>rate</c> or <c>value</c>.</summary>
    internal string Figure => _form.Figure;

    /// <summary>Of the figure <c>p</c>.</summary>
    internal double Percentile => _form.Percentile;

    internal string Comparison => _form.Comparison;

    /// <summary>What a step's figure is compared with, counted in <see cref="Unit"/>.</summary>
    internal double Limit => _form.Number * FactorOf(Unit);

    /// <summary>The name without <c>.errors</c> and its like.</summary>
    internal string StepName => Part is { } part && Metric != part ? Metric[..^(part.Length + 1)] : Metric;

    /// <summary>Which share of attempts is meant; null for none of them.</summary>
    private string? Part => Array.Find(Parts, part => Metric == part || Metric.EndsWith("." + part, StringComparison.Ordinal));

    /// <summary>True for a share of the attempts of all steps.</summary>
    private bool IsOfAllSteps => Metric == Part;

    /// <summary>What the value is counted in as far as the text tells: of steps.</summary>
    internal ThresholdUnit Unit => _form.Figure switch
    {
        "count" => ThresholdUnit.Count,
        "rate" => Part is not null || Metric == Checks ? ThresholdUnit.Share : ThresholdUnit.PerSecond,
        "value" => ThresholdUnit.Value,
        _ => ThresholdUnit.Nanoseconds,
    };

    /// <summary>Reads a condition.</summary>
    /// <exception cref="ArgumentException">It is none; the message says what is wrong and what would be right.</exception>
    internal static ThresholdCondition Parse(string text)
    {
        ThresholdCondition condition = new(ThresholdText.Parse(text));
        string? problem = condition switch
        {
            { Part: { } part, _form.Figure: not ("rate" or "count") } => $"{part} have a rate and a count, nothing else",
            { Metric: Checks, _form.Figure: not "rate" } => "checks have a rate, nothing else: the share that held, such as rate > 99%",
            { Metric: Checks, Tag: not (null or CheckTag) } => "checks are told apart by their name only: write checks{check:the name}",
            { Metric: Iterations, Tag: not null } => "iterations have no tags",
            { Metric: Iterations, _form.Figure: "value" } => "only a gauge has a value",
            _ => condition.UnitProblem(UnitsOf(condition.Unit)),
        };
        return problem is null ? condition : throw ThresholdText.Refuse(text, problem);
    }

    /// <summary>True for what every script has.</summary>
    internal static bool IsBuiltIn(string metric) => BuiltIn.Contains(metric) || metric == $"{Recover}.{Errors}" || metric == $"{ConnectPhaseFigures.NameOf(ConnectPart.Whole)}.{Errors}";

    /// <summary>What the figures of a scenario say.</summary>
    internal ThresholdReading Read(RunFigures figures)
    {
        if (Metric == Checks)
            return Judged(Unit, ShareOfChecks(figures.Checks));
        StepFigures[] meant = MeantIn(figures, out bool isConnecting);
        if (isConnecting)
            return Judged(Unit, ValueOf(figures.Connect, figures.Elapsed));
        if (meant.Length > 0 || Part is not null || Tag is not null)
            return Judged(Unit, ValueOf(meant, figures.Elapsed));
        return ReadMetric(figures);
    }

    /// <summary>What figures count towards the condition's own: of parts of a run, which are judged only together. Nothing of the script's own metrics.</summary>
    internal ThresholdCounts CountIn(RunFigures figures)
    {
        if (Metric == Checks)
        {
            CheckFigures[] checks = [.. figures.Checks.Where(check => Tag is null || check.Check == TagValue)];
            return new ThresholdCounts([], checks.Sum(check => check.OkCount), checks.Sum(check => check.OkCount + check.FailCount));
        }

        StepFigures[] meant = MeantIn(figures, out bool isConnecting);
        if (isConnecting)
            return new ThresholdCounts(figures.Connect.DurationOf(Metric) is { } duration ? [duration] : [], figures.Connect.FailCount, figures.Connect.OkCount + figures.Connect.FailCount);
        long failed = meant.Sum(step => step.FailCount), all = failed + meant.Sum(step => step.OkCount), dropped = meant.Sum(step => step.Pacing.Dropped);
        return Part switch
        {
            Late => new ThresholdCounts([], meant.Sum(step => step.Pacing.Late), all),
            Dropped => new ThresholdCounts([], dropped, all + dropped),
            _ => new ThresholdCounts([.. meant.Select(step => step.Latency)], failed, all),
        };
    }

    /// <summary>Why a metric of this kind has no such figure or unit, or null.</summary>
    /// <param name="kind">What the metric is, with its article.</param>
    /// <param name="unit">Its unit; null when it is not known.</param>
    internal string? MetricProblem(string kind, string? unit)
    {
        string[] figures = kind switch
        {
            "a counter" => ["count", "rate"],
            "a gauge" => ["value", "min", "max"],
            _ => ["p", "avg", "min", "max", "med", "count"],
        };
        if (!figures.Contains(_form.Figure))
            return $"\"{Metric}\" is {kind}, which has {string.Join(", ", figures).Replace("p,", "p(n),", StringComparison.Ordinal)}";
        if (Tag is not null)
            return $"\"{Metric}\" is {kind}, which has no tags: a step has them";
        return _form.Unit.Length == 0 || _form.Figure == "rate" || unit is null || _form.Unit == unit
            ? null
            : $"\"{Metric}\" does not count in {_form.Unit}: write a number alone";
    }

    /// <summary>Why a step has no such figure, or null.</summary>
    internal string? StepProblem() => _form.Figure == "value" ? $"\"{Metric}\" is a step; only a gauge has a value" : null;

    /// <summary>The figures that the name stands for; with <paramref name="isConnecting"/> it is a phase of connecting, and none of them.</summary>
    private StepFigures[] MeantIn(RunFigures figures, out bool isConnecting)
    {
        StepFigures[] meant = Metric == Iterations ? [.. figures.Iterations] : [.. StepsOf(figures).Where(IsMeant)];
        bool isNoStep = meant.Length == 0 && !IsOfAllSteps && Tag is null;
        isConnecting = isNoStep && ConnectPhaseFigures.IsName(StepName);
        return isNoStep && !isConnecting ? [.. figures.Others.Where(other => IsNamed(other, StepName))] : meant;
    }

    private IEnumerable<StepFigures> StepsOf(RunFigures figures) => Tag is null
        ? figures.Steps
        : figures.Tagged.Where(tagged => (tagged.Tag, tagged.Value) == (Tag, TagValue)).Select(tagged => tagged.Figures);

    private bool IsMeant(StepFigures step) => IsOfAllSteps || IsNamed(step, Metric) || IsNamed(step, StepName);

    /// <summary>A step's name alone means it in every scenario.</summary>
    private static bool IsNamed(StepFigures step, string name) => name == step.Step || name == $"{step.Scenario}.{step.Step}";

    private double? ShareOfChecks(IReadOnlyList<CheckFigures> checks)
    {
        CheckFigures[] meant = [.. checks.Where(check => Tag is null || check.Check == TagValue)];
        long all = meant.Sum(check => check.OkCount + check.FailCount);
        return all == 0 ? null : (double)meant.Sum(check => check.OkCount) / all;
    }

    private double? ValueOf(StepFigures[] figures, TimeSpan elapsed)
    {
        long ok = figures.Sum(step => step.OkCount), failed = figures.Sum(step => step.FailCount);
        long? known = figures.Length == 0 && !IsOfAllSteps ? null : 0;
        return Part switch
        {
            null => ValueOf(known + ok, () => Merged([.. figures.Select(step => step.Latency)]), elapsed),
            Errors => ShareOf(known + failed, ok + failed),
            Late => ShareOf(known + figures.Sum(step => step.Pacing.Late), ok + failed),
            _ => ShareOf(known + figures.Sum(step => step.Pacing.Dropped), ok + failed + figures.Sum(step => step.Pacing.Dropped)),
        };
    }

    private double? ValueOf(ConnectFigures connect, TimeSpan elapsed)
    {
        if (Part is not null)
            return Part == Errors && StepName == ConnectPhaseFigures.NameOf(ConnectPart.Whole) ? ShareOf(connect.FailCount, connect.OkCount + connect.FailCount) : null;
        return connect.DurationOf(Metric) is { } duration ? ValueOf(duration.TotalCount, () => duration, elapsed) : null;
    }

    /// <param name="part">The part; null when nothing of the name has occurred.</param>
    /// <param name="all">What it is a part of.</param>
    private double? ShareOf(long? part, long all) => _form.Figure == "count" ? part : all == 0 ? null : (double?)part / all;

    /// <param name="ok">Successes; null when nothing of the name has occurred.</param>
    /// <param name="latency">How long they took; asked only if there are some.</param>
    /// <param name="elapsed">How long the load has run.</param>
    private double? ValueOf(long? ok, Func<Histogram> latency, TimeSpan elapsed) => _form.Figure switch
    {
        "count" => ok,
        "rate" => elapsed <= TimeSpan.Zero ? null : ok / elapsed.TotalSeconds,
        _ => ok > 0 ? FigureOf(latency()) : null,
    };

    /// <summary>A figure that a metric of its kind does not have has no value.</summary>
    private ThresholdReading ReadMetric(RunFigures figures)
    {
        MetricFigures metrics = figures.Metrics;
        if (metrics.Counters.FirstOrDefault(counter => counter.Name == Metric) is { } counter && MetricProblem("a counter", counter.Unit) is null)
        {
            return _form.Figure == "count"
                ? Judged(ThresholdUnit.Count, counter.Count)
                : Judged(ThresholdUnit.PerSecond, figures.Elapsed > TimeSpan.Zero ? counter.Count / figures.Elapsed.TotalSeconds : null);
        }

        if (metrics.Gauges.FirstOrDefault(gauge => gauge.Name == Metric) is { } gauge && MetricProblem("a gauge", gauge.Unit) is null)
            return Judged(ThresholdUnit.Value, _form.Figure switch { "min" => gauge.Min, "max" => gauge.Max, _ => gauge.Last });
        if (metrics.Histograms.FirstOrDefault(histogram => histogram.Name == Metric) is { Values.TotalCount: > 0 } histogram && MetricProblem("a histogram", histogram.Unit) is null)
            return _form.Figure == "count" ? Judged(ThresholdUnit.Count, histogram.Values.TotalCount) : Judged(ThresholdUnit.Value, FigureOf(histogram.Values));
        return Judged(Unit, null);
    }

    private ThresholdReading Judged(ThresholdUnit unit, double? value) => new(unit, value, value is { } known && Holds(known, _form.Number * FactorOf(unit)));

    /// <summary>A value in a metric's own unit is compared with the number as it stands.</summary>
    private double FactorOf(ThresholdUnit unit) => unit == ThresholdUnit.Value ? 1 : UnitsOf(unit).GetValueOrDefault(_form.Unit, 1);

    private bool Holds(double value, double limit) => _form.Comparison switch
    {
        "<" => value < limit,
        "<=" => value <= limit,
        ">" => value > limit,
        ">=" => value >= limit,
        "==" => value.Equals(limit),
        _ => !value.Equals(limit),
    };

    private static Histogram Merged(Histogram[] histograms)
    {
        if (histograms.Length == 1)
            return histograms[0];
        Histogram sum = histograms[0].Copy();
        foreach (Histogram other in histograms[1..])
            sum.Add(other);
        return sum;
    }

    private double FigureOf(Histogram values) => _form.Figure switch
    {
        "p" => values.ValueAtPercentile(_form.Percentile),
        "avg" => values.Mean,
        "min" => values.Min,
        "max" => values.Max,
        _ => values.ValueAtPercentile(50),
    };

    private static Dictionary<string, double> UnitsOf(ThresholdUnit unit) => unit switch
    {
        ThresholdUnit.Count => Plain,
        ThresholdUnit.PerSecond => Rates,
        ThresholdUnit.Share => Shares,
        ThresholdUnit.Nanoseconds => Durations,
        _ => Plain,
    };

    private string? UnitProblem(Dictionary<string, double> units)
    {
        if (!units.TryGetValue(_form.Unit, out double factor))
            return $"{_form.Unit} is no unit of it; write {string.Join(", ", units.Keys.Where(name => name.Length > 0).DefaultIfEmpty("a number alone"))}";
        if (!ReferenceEquals(units, Shares))
            return null;
        return _form.Number * factor > 1 ? $"a rate of {Part ?? Checks} is at most 100%, or 1" : null;
    }
}
