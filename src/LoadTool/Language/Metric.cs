using System.Collections.Concurrent;

namespace LoadTool;

/// <summary>
/// A figure of the script's own, which the results show by its name. Made once, outside of the scenario's method, and recorded from any
/// scenario and its init: each event loop counts for itself, without locks, and the run adds up once per interval.
/// </summary>
public abstract class Metric
{
    private static readonly ConcurrentDictionary<(Type Kind, string Name, string Unit), Metric> Made = [];

    private protected Metric(string name, string unit) => (Name, Unit) = (name, unit);

    /// <summary>The name that results show.</summary>
    public string Name { get; }

    /// <summary>What it counts in, for people; may be empty.</summary>
    public string Unit { get; }

    /// <summary>A count that only grows.</summary>
    /// <param name="name">The name that results show.</param>
    /// <param name="unit">What is counted, for people.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">The name is another kind of thing already: a step, a check, another metric.</exception>
    public static CounterMetric CreateCounter([Names(NamesAttribute.Counter)] string name, string unit = "") => Make(name, unit, "a counter", static (name, unit) => new CounterMetric(name, unit));

    /// <summary>A level that rises and falls.</summary>
    /// <param name="name">The name that results show.</param>
    /// <param name="unit">What it is measured in, for people.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">The name is another kind of thing already: a step, a check, another metric.</exception>
    public static GaugeMetric CreateGauge([Names(NamesAttribute.Gauge)] string name, string unit = "") => Make(name, unit, "a gauge", static (name, unit) => new GaugeMetric(name, unit));

    /// <summary>Values of which percentiles are wanted.</summary>
    /// <param name="name">The name that results show.</param>
    /// <param name="unit">What they are measured in, for people.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">The name is another kind of thing already: a step, a check, another metric.</exception>
    public static HistogramMetric CreateHistogram([Names(NamesAttribute.Histogram)] string name, string unit = "") =>
        Make(name, unit, "a histogram", static (name, unit) => new HistogramMetric(name, unit));

    /// <summary>What the current event loop keeps of its run.</summary>
    /// <exception cref="InvalidOperationException">This is no event loop of a run.</exception>
    private protected RunLoop Loop => RunLoop.Current
        ?? throw new InvalidOperationException($"Metric \"{Name}\" is recorded outside of a run: record it in a scenario, on the event loop that the scenario runs on.");

    private protected TCell Enter<TCell>(RunLoop loop, TCell cell, string kind)
        where TCell : MetricCell
    {
        loop.Context.Names.ClaimFew(Name, Of(kind, Unit));
        loop.Add(cell);
        return cell;
    }

    /// <summary>One object per kind, name and unit: a script that makes the same metric twice means the same one.</summary>
    private static T Make<T>(string name, string unit, string kind, Func<string, string, T> make)
        where T : Metric
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(unit);
        (RunLoop.Current?.Context.Names ?? ScenarioRegistry.Current?.Names)?.ClaimFew(name, Of(kind, unit));
        return (T)Made.GetOrAdd((typeof(T), name, unit), static (key, make) => make(key.Name, key.Unit), make);
    }

    private static string Of(string kind, string unit) => unit.Length == 0 ? kind : $"{kind} in {unit}";
}
