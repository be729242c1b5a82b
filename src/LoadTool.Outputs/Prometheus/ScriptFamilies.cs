namespace LoadTool.Outputs.Prometheus;

/// <summary>Families of what a script counts itself: its counters, gauges, histograms and broadcasts.</summary>
/// <remarks>A name becomes a metric's as far as it can, and stands whole in the label <c>metric</c>: two that look alike there are two series of one family.</remarks>
internal sealed class ScriptFamilies(SeriesTable table, bool isNative)
{
    private readonly Dictionary<string, FamilyKind> _kinds = [];
    private readonly Dictionary<string, MetricFamily> _families = [];
    private readonly Dictionary<string, HistogramFamily> _histograms = [];

    private readonly MetricFamily _broadcasts = table.Family("loadtool_ws_broadcasts_sent", FamilyKind.Counter, "Broadcast messages announced.", SampleShape.Counter, "name");
    private readonly MetricFamily _deliveries = table.Family(
        "loadtool_ws_broadcast_deliveries", FamilyKind.Counter, "Deliveries of broadcasts in time (reached) or late; duplicates and those out of order apart.", SampleShape.Counter, "name", "result");

    // No counter: what was given up as lost may still come late.
    private readonly MetricFamily _lost = table.Family(
        "loadtool_ws_broadcast_deliveries_lost", FamilyKind.Gauge, "Deliveries of broadcasts that never came, since the run's start.", SampleShape.Gauge, "name");
    private readonly HistogramFamily _delivery = new(
        table, "loadtool_ws_broadcast_delivery_seconds", "Latency of broadcasts to the first, the middle and the last receiver, and to all.",
        isNative ? BucketGrid.NativeSeconds : BucketGrid.ClassicSeconds, isMany: false, "name", "receiver");

    internal void Add(MetricFigures interval)
    {
        foreach (CounterFigures counter in interval.Counters)
            table.Add(Family(counter.Name, counter.Unit, FamilyKind.Counter), counter.Count, counter.Name);
        foreach (GaugeFigures gauge in interval.Gauges)
            table.Set(Family(gauge.Name, gauge.Unit, FamilyKind.Gauge), gauge.Last, gauge.Name);
        foreach (HistogramFigures histogram in interval.Histograms)
            Histogram(histogram.Name, histogram.Unit).Add(histogram.Values, histogram.Name);
        foreach (BroadcastFigures broadcast in interval.Broadcasts)
            Add(broadcast);
    }

    internal void Refresh()
    {
        _delivery.Refresh();
        foreach (HistogramFamily family in _histograms.Values)
            family.Refresh();
    }

    private void Add(BroadcastFigures broadcast)
    {
        table.Add(_broadcasts, broadcast.Sent, broadcast.Name);
        table.Add(_deliveries, broadcast.Reached, broadcast.Name, "reached");
        table.Add(_deliveries, broadcast.Late, broadcast.Name, "late");
        table.Add(_deliveries, broadcast.Duplicates, broadcast.Name, "duplicate");
        table.Add(_deliveries, broadcast.OutOfOrder, broadcast.Name, "out_of_order");
        table.Add(_lost, broadcast.Lost, broadcast.Name);
        _delivery.Add(broadcast.First, broadcast.Name, "first");
        _delivery.Add(broadcast.Median, broadcast.Name, "median");
        _delivery.Add(broadcast.Last, broadcast.Name, "last");
        _delivery.Add(broadcast.Deliveries, broadcast.Name, "all");
    }

    private MetricFamily Family(string name, string unit, FamilyKind kind)
    {
        string full = NameOf(name, kind);
        if (!_families.TryGetValue(full, out MetricFamily? family))
            _families[full] = family = table.Family(full, kind, Help(kind.ToString(), unit), kind == FamilyKind.Counter ? SampleShape.Counter : SampleShape.Gauge, "metric");
        return family;
    }

    private HistogramFamily Histogram(string name, string unit)
    {
        string full = NameOf(name, FamilyKind.Histogram);
        if (!_histograms.TryGetValue(full, out HistogramFamily? family))
            _histograms[full] = family = new HistogramFamily(table, full, Help("Histogram", unit), isNative ? BucketGrid.NativeValues : BucketGrid.ClassicValues, isMany: false, "metric");
        return family;
    }

    /// <summary>Two of different kinds whose names look alike there cannot be one family: the later one's name grows.</summary>
    private string NameOf(string name, FamilyKind kind)
    {
        string full = $"loadtool_script_{MetricNames.Part(name)}";
        while (_kinds.TryGetValue(full, out FamilyKind known) && known != kind)
            full += "_other";
        _kinds[full] = kind;
        return full;
    }

    private static string Help(string kind, string unit) => $"{kind} of the script{(unit.Length > 0 ? $", in {unit}" : "")}.";
}
