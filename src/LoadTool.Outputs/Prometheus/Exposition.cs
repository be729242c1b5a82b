namespace LoadTool.Outputs.Prometheus;

/// <summary>All series with their values at one moment. Never changes: whoever reads it needs no lock, and nobody waits for him.</summary>
internal sealed class Exposition
{
    private readonly int _version;
    private readonly (MetricFamily Family, MetricSeries[] Series)[] _families;
    private readonly double[] _values;

    private Exposition(int version, (MetricFamily Family, MetricSeries[] Series)[] families, double[] values) => (_version, _families, _values) = (version, families, values);

    /// <summary>Families that have series, each with those it has.</summary>
    internal IReadOnlyList<(MetricFamily Family, MetricSeries[] Series)> Families => _families;

    /// <summary>The values of all series, one after another in the order of <see cref="Families"/>.</summary>
    internal ReadOnlySpan<double> Values => _values;

    /// <summary>Keeps the present values.</summary>
    /// <param name="table">The series.</param>
    /// <param name="before">An earlier one of the same table, whose list of series serves again when none has come since; or null.</param>
    internal static Exposition Of(SeriesTable table, Exposition? before = null)
    {
        (MetricFamily Family, MetricSeries[] Series)[] families = before?._version == table.Version
            ? before._families : [.. table.Families.Where(family => family.Series.Count > 0).Select(family => (family, family.Series.ToArray()))];
        double[] values = new double[table.Samples];
        int next = 0;
        foreach ((_, MetricSeries[] all) in families)
        {
            foreach (MetricSeries series in all)
            {
                series.Values.CopyTo(values, next);
                next += series.Values.Length;
            }
        }

        return new Exposition(table.Version, families, values);
    }
}
