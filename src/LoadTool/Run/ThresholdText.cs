using System.Globalization;
using System.Text.RegularExpressions;

namespace LoadTool;

/// <summary>
/// The form of a threshold in text: <c>metric{tag:value}: figure comparison number unit abort after time</c>, all of it from <c>{</c> to <c>}</c>, the unit and the end
/// from <c>abort</c> or <c>after</c> on optional. It knows what is well-formed, not what a metric is.
/// </summary>
internal sealed partial record ThresholdText(string Text, string Metric, string? Tag, string TagValue, string Figure, double Percentile, string Comparison, double Number, string Unit)
{
    private static readonly Dictionary<string, long> Ticks = new()
    {
        ["ms"] = TimeSpan.TicksPerMillisecond,
        ["s"] = TimeSpan.TicksPerSecond,
        ["m"] = TimeSpan.TicksPerMinute,
        ["h"] = TimeSpan.TicksPerHour,
    };

    /// <summary>True when the run ends as soon as it is crossed.</summary>
    internal bool Aborts { get; private init; }

    /// <summary>How old the run must be for that.</summary>
    internal TimeSpan AbortAfter { get; private init; }

    /// <exception cref="ArgumentException">It is none; the message says what is wrong and what would be right.</exception>
    internal static ThresholdText Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // The last colon: a step's name may hold one, the condition does not.
        int colon = text.LastIndexOf(':');
        string metric = colon < 0 || text.IndexOf('}', colon) > 0 ? "" : text[..colon].Trim();
        if (metric.Length == 0)
            throw Refuse(text, "it names no metric; write a step's name, iterations, errors or checks, then a colon");
        Match condition = Condition().Match(text[(colon + 1)..]);
        if (!condition.Success)
            throw Refuse(text, "the condition is no figure, comparison and number, such as p(99) < 10ms, avg < 5ms, rate < 0.1% or count > 1000; after it there may be abort, or abort after 10s");
        string digits = condition.Groups["number"].Value;
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number))
            throw Refuse(text, $"{digits} is no number");
        (string figure, double percentile) = FigureOf(text, condition.Groups["figure"].Value);
        (string name, string? tag, string value) = TagOf(metric);
        return new ThresholdText(text.Trim(), name, tag, value, figure, percentile, condition.Groups["comparison"].Value, number, condition.Groups["unit"].Value)
        {
            Aborts = condition.Groups["abort"].Success,
            AbortAfter = condition.Groups["after"] is { Success: true } after ? TimeOf(text, after.Value) : TimeSpan.Zero,
        };
    }

    internal static ArgumentException Refuse(string text, string problem) => new($"threshold \"{text}\": {problem}");

    private static (string Figure, double Percentile) FigureOf(string text, string figure)
    {
        if (figure is "avg" or "min" or "max" or "med" or "count" or "rate" or "value")
            return (figure, 0);
        Match percentile = PercentileForm().Match(figure);
        if (!percentile.Success)
            throw Refuse(text, $"{figure} is no figure; there are p(99), avg, min, max, med, count, rate and, of a gauge, value");
        double of = double.Parse(percentile.Groups["of"].Value, CultureInfo.InvariantCulture);
        return of is > 0 and <= 100 ? ("p", of) : throw Refuse(text, "a percentile is above 0 and at most 100");
    }

    /// <summary>Braces without a colon inside are part of a name, such as <c>GET /rooms/{id}</c>.</summary>
    private static (string Name, string? Tag, string Value) TagOf(string metric)
    {
        Match tagged = TagForm().Match(metric);
        return tagged.Success ? (tagged.Groups["name"].Value, tagged.Groups["tag"].Value, tagged.Groups["value"].Value) : (metric, null, "");
    }

    private static TimeSpan TimeOf(string text, string time)
    {
        Match match = TimeForm().Match(time);
        if (!match.Success || !double.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            || number * Ticks[match.Groups["unit"].Value] > LoadSimulation.Longest.Ticks)
        {
            throw Refuse(text, $"{time} is no time to abort after; write one such as 500ms, 10s or 5m, at most {LoadSimulation.Longest.Days} days");
        }

        return new TimeSpan((long)Math.Round(number * Ticks[match.Groups["unit"].Value]));
    }

    [GeneratedRegex(@"^\s*(?<figure>[A-Za-z]+(?:\s*\([^)]*\))?)\s*(?<comparison><=|>=|==|!=|<|>)\s*(?<number>-?[0-9.]+)\s*(?<unit>(?!abort)\S*?)(?<abort>\s+abort(?:\s+after\s+(?<after>\S+))?)?\s*$")]
    private static partial Regex Condition();

    [GeneratedRegex(@"^p\s*\(\s*(?<of>[0-9]+(?:\.[0-9]+)?)\s*\)$")]
    private static partial Regex PercentileForm();

    [GeneratedRegex(@"^(?<name>.*?\S)\s*\{\s*(?<tag>[^:{}]*[^:{}\s])\s*:\s*(?<value>.*?)\s*\}$")]
    private static partial Regex TagForm();

    [GeneratedRegex(@"^(?<number>[0-9.]+)(?<unit>ms|s|m|h)$")]
    private static partial Regex TimeForm();
}
