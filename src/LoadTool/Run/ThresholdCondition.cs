using System.Globalization;
using System.Text.RegularExpressions;
using LoadTool.Metrics;

namespace LoadTool;

/// <summary>
/// One condition on a run's figures, written as k6 writes them: <c>echo: p(99) &lt; 10ms</c>, <c>errors: rate &lt; 0.1%</c>, <c>iterations: rate &gt; 100/s</c>.
/// Latencies are those from the intended moment. It knows no run: figures in, a value out.
/// </summary>
internal sealed partial class ThresholdCondition
{
    private const double NanosecondsPerMillisecond = 1e6;

    /// <summary>Failures among attempts: of all steps, or of one as <c>echo.errors</c>.</summary>
    private const string Errors = "errors";

    private const string Iterations = "iterations";

    private static readonly string ConnectErrors = $"{ConnectPhaseFigures.NameOf(ConnectPart.Whole)}.{Errors}";

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
    private static readonly Dictionary<string, double> Counts = new() { [""] = 1 };

    private readonly string _figure;
    private readonly double _percentile;
    private readonly string _comparison;

    private ThresholdCondition(string text, string metric, string figure, double percentile, string comparison, double limit)
    {
        (Text, Metric, _figure, _percentile, _comparison, Limit) = (text, metric, figure, percentile, comparison, limit);
    }

    /// <summary>As it was written.</summary>
    internal string Text { get; }

    /// <summary>
    /// A step's name, <c>iterations</c>, <c>errors</c>, or a step's name and <c>.errors</c>; where no step is called so, a phase of connecting
    /// (<see cref="ConnectPhaseFigures.Name"/>) or <c>connect.errors</c>, of all scenarios together.
    /// </summary>
    internal string Metric { get; }

    /// <summary>In nanoseconds, per second, as a share of one, or a count: as <see cref="ValueOf"/> tells the value.</summary>
    internal double Limit { get; }

    /// <summary>What <see cref="ValueOf"/> is counted in.</summary>
    internal ThresholdUnit Unit => _figure switch
    {
        "count" => ThresholdUnit.Count,
        "rate" => IsErrors(Metric) ? ThresholdUnit.Share : ThresholdUnit.PerSecond,
        _ => ThresholdUnit.Nanoseconds,
    };

    private static bool IsErrors(string metric) => metric == Errors || metric.EndsWith("." + Errors, StringComparison.Ordinal);

    /// <summary>Reads a condition.</summary>
    /// <exception cref="ArgumentException">It is none; the message says what is wrong and what would be right.</exception>
    internal static ThresholdCondition Parse(string text)
    {
        // The last colon: a step's name may hold one, the condition does not.
        int colon = text.LastIndexOf(':');
        string metric = colon < 0 ? "" : text[..colon].Trim();
        if (metric.Length == 0)
            throw Refuse(text, "it names no metric; write a step's name, connect, iterations or errors, then a colon");
        Match condition = Condition().Match(text[(colon + 1)..]);
        if (!condition.Success)
            throw Refuse(text, "the condition is no figure, comparison and number, such as p(99) < 10ms, avg < 5ms, rate < 0.1% or count > 1000");
        string figure = condition.Groups["figure"].Value;
        (figure, double percentile) = FigureOf(text, figure);
        if (IsErrors(metric) && figure is not ("rate" or "count"))
            throw Refuse(text, "errors have a rate and a count, nothing else");
        double limit = LimitOf(text, UnitsOf(metric, figure), condition.Groups["number"].Value, condition.Groups["unit"].Value);
        return new ThresholdCondition(text.Trim(), metric, figure, percentile, condition.Groups["comparison"].Value, limit);
    }

    /// <summary>Holds the condition against the figures of its scenario.</summary>
    internal ThresholdResult Judge(
        string scenario, IReadOnlyList<StepFigures> steps, IReadOnlyList<StepFigures> iterations, ConnectFigures connect, TimeSpan elapsed)
    {
        StepFigures[] own = [.. steps.Where(step => step.Scenario == scenario)];
        double? value = ValueOf(own, [.. iterations.Where(figures => figures.Scenario == scenario)], connect, elapsed);
        return new ThresholdResult(scenario, Text, Unit, value, IsCrossed: value is not { } known || !Holds(known));
    }

    /// <summary>What the figures say; null while there is nothing that could say it.</summary>
    /// <param name="steps">Totals of all steps so far.</param>
    /// <param name="iterations">Totals of whole iterations so far, one entry per scenario.</param>
    /// <param name="connect">Totals of connecting so far.</param>
    /// <param name="elapsed">How long the load has run.</param>
    internal double? ValueOf(IReadOnlyList<StepFigures> steps, IReadOnlyList<StepFigures> iterations, ConnectFigures connect, TimeSpan elapsed)
    {
        StepFigures[] figures = [.. Metric == Iterations ? iterations : steps.Where(IsMeant)];
        if (figures.Length == 0 && Metric == ConnectErrors)
            return ValueFrom(connect.OkCount, connect.FailCount, static () => null, elapsed);
        if (figures.Length == 0 && ConnectPhaseFigures.IsName(Metric))
            return connect.DurationOf(Metric) is { } duration ? ValueFrom(duration.TotalCount, failed: 0, () => duration, elapsed) : null;
        return ValueFrom(figures.Length == 0 ? null : figures.Sum(step => step.OkCount), figures.Sum(step => step.FailCount), () => LatencyOf(figures), elapsed);
    }

    /// <param name="ok">Successes; null when nothing of the name has occurred.</param>
    /// <param name="failed">Failures.</param>
    /// <param name="latency">How long the successes took; asked only if there are some.</param>
    /// <param name="elapsed">How long the load has run.</param>
    private double? ValueFrom(long? ok, long failed, Func<Histogram?> latency, TimeSpan elapsed)
    {
        long attempts = (ok ?? 0) + failed;
        return _figure switch
        {
            "count" when IsErrors(Metric) => failed,
            "rate" when IsErrors(Metric) => attempts == 0 ? null : (double)failed / attempts,
            "count" => ok,
            "rate" => ok is null || elapsed <= TimeSpan.Zero ? null : ok / elapsed.TotalSeconds,
            _ => ok > 0 && latency() is { } values ? FigureOf(values) : null,
        };
    }

    /// <summary>True when a value keeps the condition.</summary>
    internal bool Holds(double value) => _comparison switch
    {
        "<" => value < Limit,
        "<=" => value <= Limit,
        ">" => value > Limit,
        ">=" => value >= Limit,
        "==" => value.Equals(Limit),
        _ => !value.Equals(Limit),
    };

    private bool IsMeant(StepFigures step) => Metric == Errors || IsNamed(step, Metric)
        || (IsErrors(Metric) && IsNamed(step, Metric[..^(Errors.Length + 1)]));

    /// <summary>A step's name alone means it in every scenario.</summary>
    private static bool IsNamed(StepFigures step, string name) => name == step.Step || name == $"{step.Scenario}.{step.Step}";

    private static Histogram LatencyOf(StepFigures[] figures)
    {
        Histogram latency = figures[0].Latency;
        if (figures.Length > 1)
        {
            latency = latency.Copy();
            foreach (StepFigures other in figures[1..])
                latency.Add(other.Latency);
        }

        return latency;
    }

    private double FigureOf(Histogram values) => _figure switch
    {
        "p" => values.ValueAtPercentile(_percentile),
        "avg" => values.Mean,
        "min" => values.Min,
        "max" => values.Max,
        _ => values.ValueAtPercentile(50),
    };

    private static (string Figure, double Percentile) FigureOf(string text, string figure)
    {
        if (figure is "avg" or "min" or "max" or "med" or "count" or "rate")
            return (figure, 0);
        Match percentile = Percentile().Match(figure);
        if (!percentile.Success)
            throw Refuse(text, $"{figure} is no figure; there are p(99), avg, min, max, med, count and rate");
        double of = double.Parse(percentile.Groups["of"].Value, CultureInfo.InvariantCulture);
        return of is > 0 and <= 100 ? ("p", of) : throw Refuse(text, "a percentile is above 0 and at most 100");
    }

    private static Dictionary<string, double> UnitsOf(string metric, string figure) => figure switch
    {
        "count" => Counts,
        "rate" => IsErrors(metric) ? Shares : Rates,
        _ => Durations,
    };

    private static double LimitOf(string text, Dictionary<string, double> units, string number, string unit)
    {
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double limit))
            throw Refuse(text, $"{number} is no number");
        if (!units.TryGetValue(unit, out double factor))
            throw Refuse(text, $"{unit} is no unit of it; write {string.Join(", ", units.Keys.Where(name => name.Length > 0).DefaultIfEmpty("a number alone"))}");
        limit *= factor;
        return ReferenceEquals(units, Shares) && limit > 1 ? throw Refuse(text, "a rate of errors is at most 100%, or 1") : limit;
    }

    private static ArgumentException Refuse(string text, string problem) => new($"threshold \"{text}\": {problem}");

    [GeneratedRegex(@"^\s*(?<figure>[A-Za-z]+(?:\s*\([^)]*\))?)\s*(?<comparison><=|>=|==|!=|<|>)\s*(?<number>[0-9.]+)\s*(?<unit>\S*)\s*$")]
    private static partial Regex Condition();

    [GeneratedRegex(@"^p\s*\(\s*(?<of>[0-9]+(?:\.[0-9]+)?)\s*\)$")]
    private static partial Regex Percentile();
}
