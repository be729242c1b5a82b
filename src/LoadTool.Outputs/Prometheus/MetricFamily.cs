namespace LoadTool.Outputs.Prometheus;

/// <summary>All series of one name.</summary>
/// <param name="name">The name, without <c>_total</c> or <c>_info</c>.</param>
/// <param name="kind">What it is.</param>
/// <param name="help">One sentence.</param>
/// <param name="shape">The samples of each series.</param>
/// <param name="labels">Names of the labels that tell its series apart.</param>
internal sealed class MetricFamily(string name, FamilyKind kind, string help, SampleShape shape, string[] labels)
{
    private readonly List<MetricSeries> _series = [];

    internal string Name => name;

    /// <summary>Whether it may have a thousand series: it gives way to families that have few.</summary>
    internal bool IsMany { get; init; }

    internal FamilyKind Kind => kind;

    internal string Help => help;

    internal SampleShape Shape => shape;

    internal IReadOnlyList<string> Labels => labels;

    internal IReadOnlyList<MetricSeries> Series => _series;

    internal void Add(MetricSeries series) => _series.Add(series);
}
