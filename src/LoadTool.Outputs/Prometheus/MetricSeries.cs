namespace LoadTool.Outputs.Prometheus;

/// <summary>One set of labels of a family, with its present values.</summary>
/// <param name="family">The family.</param>
/// <param name="labels">Its labels, those of the run included, by name in ordinal order.</param>
internal sealed class MetricSeries(MetricFamily family, MetricLabel[] labels)
{
    internal MetricFamily Family => family;

    internal IReadOnlyList<MetricLabel> Labels => labels;

    /// <summary>One per sample of the family's shape. Written by the run's thread.</summary>
    internal double[] Values { get; } = new double[family.Shape.Samples.Count];

    /// <summary>What is behind a native histogram; null for everything else.</summary>
    internal SeriesHistogram? Native { get; init; }

    /// <summary>The value of a series with one sample.</summary>
    internal double Value
    {
        get => Values[0];
        set => Values[0] = value;
    }

    /// <summary>How each sample is written before its value, in both text formats; made when it is first asked for.</summary>
    internal byte[][] Heads => field ??= [.. family.Shape.Samples.Select(sample => PrometheusText.Head(family.Name + sample.Suffix, labels, sample.Label))];
}
