using IronSnappy;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Prometheus;
using LoadTool.Outputs.Prometheus.Remote;

namespace LoadTool.Tests.Outputs;

public sealed class PrometheusRemoteWriteTests
{
    private const long Moment = 1_795_290_884_025;

    private static readonly MetricSettings Native = new(new OutputRequest("x", null, new Dictionary<string, string> { ["testid"] = "t" }, Folder: ""), MaxSeries: 10_000, IsNative: true);

    [Fact]
    public void A_number_is_sent_with_its_labels_in_order_and_its_moment()
    {
        SeriesTable table = new([new("testid", "\n\"π"), new("Region", "eu")], limit: 10);
        table.Find(table.Family("f", FamilyKind.Counter, "", SampleShape.Counter, "step"), "x")!.Value = 2.5;
        byte[] request = new RemoteWriteEncoder().Encode(Exposition.Of(table), Moment).Single();

        // Written down by hand from the field numbers of the protocol.
        Assert.Equal(
            "0A50" // time series
            + "0A0C" + "0A06526567696F6E" + "12026575"
            + "0A13" + "0A085F5F6E616D655F5F" + "1207665F746F74616C"
            + "0A09" + "0A0473746570" + "120178"
            + "0A0E" + "0A06746573746964" + "12040A22CF80"
            + "1210" + "090000000000000440" + "10B9CFB3FD9F34",
            Convert.ToHexString(Snappy.Decode(request)));
    }

    [Fact]
    public void A_native_histogram_holds_the_counts_of_every_bucket()
    {
        Random random = new(Seed: 5);
        RunMetrics metrics = new(PlantedRun.Info("echo"), Native);
        SeriesHistogram expected = new(BucketGrid.NativeSeconds);
        for (int interval = 1; interval < 20; interval++)
        {
            LoadTool.Metrics.Histogram values = PlantedRun.Latencies([(0, interval % 2), .. Enumerable.Range(0, 20).Select(_ => ((long)Math.Pow(10, 3 + (6 * random.NextDouble())), 1L))]);
            expected.Add(values);
            metrics.Add(PlantedRun.Interval(interval, [PlantedRun.Figures("echo", "echo", values)]));
            Remote(metrics, Moment, out TimeSeries series);
            Assert.Equal(
                [("__name__", "loadtool_ws_message_rtt_seconds"), ("region", "eu"), ("scenario", "echo"), ("step", "echo"), ("testid", "t")],
                series.Labels.Select(label => (label.Name, label.Value)));
            LoadTool.Outputs.Prometheus.Remote.Histogram sent = Assert.Single(series.Histograms);
            Assert.Equal(((ulong)expected.TotalCount, (ulong)expected.Zeros, expected.Sum, 5, Moment), (sent.Count, sent.ZeroCount, sent.Sum, sent.Schema, sent.Timestamp));
            Assert.Equal(Counted(expected), Decoded(sent));
        }

        static void Remote(RunMetrics metrics, long moment, out TimeSeries series)
        {
            metrics.Refresh();
            series = Decode(new RemoteWriteEncoder().Encode(Exposition.Of(metrics.Table), moment)).Single(series => series.Histograms.Count > 0 && series.Labels[0].Value == "loadtool_ws_message_rtt_seconds");
        }
    }

    [Fact]
    public void Classic_histograms_are_sent_where_native_ones_are_not_taken()
    {
        RunMetrics metrics = new(PlantedRun.Info("echo"), Native with { IsNative = false });
        metrics.Add(PlantedRun.Interval(1, [PlantedRun.Figures("echo", "echo", PlantedRun.Latencies((1_500_000, 7)))]));
        metrics.Refresh();
        TimeSeries[] sent = [.. Decode(new RemoteWriteEncoder().Encode(Exposition.Of(metrics.Table), Moment))];
        Assert.All(sent, series => Assert.Empty(series.Histograms));
        Assert.Equal(7, Bucket("0.0016"));
        Assert.Equal(0, Bucket("0.00125"));
        Assert.Equal(7, Bucket("+Inf"));

        double Bucket(string end) => sent.Single(series => series.Labels.Any(label => label is { Name: "le" } && label.Value == end) && series.Labels.Any(label => label.Value == "loadtool_ws_message_rtt_seconds_bucket"))
            .Samples.Single().Value;
    }

    [Fact]
    public void Many_series_are_sent_in_requests_that_receivers_take()
    {
        SeriesTable table = new([], limit: 5_000);
        MetricFamily family = table.Family("f", FamilyKind.Gauge, "", SampleShape.Gauge, "x");
        for (int index = 0; index < 4_500; index++)
            table.Find(family, $"{index}")!.Value = index;
        RemoteWriteEncoder encoder = new();
        for (int time = 0; time < 2; time++)
        {
            WriteRequest[] requests = [.. encoder.Encode(Exposition.Of(table), Moment + time).Select(request => WriteRequest.Parser.ParseFrom(Snappy.Decode(request)))];
            Assert.Equal([2_000, 2_000, 500], requests.Select(request => request.Timeseries.Count));
            Assert.Equal(Enumerable.Range(0, 4_500).Select(index => (double)index), requests.SelectMany(request => request.Timeseries).Select(series => series.Samples.Single().Value));
            Assert.All(requests.SelectMany(request => request.Timeseries), series => Assert.Equal(Moment + time, series.Samples.Single().Timestamp));
        }
    }

    [Fact]
    public void The_end_of_a_series_is_the_one_value_that_Prometheus_takes_for_it()
    {
        RunMetrics metrics = new(PlantedRun.Info("echo"), Native);
        metrics.Add(PlantedRun.Interval(1, [PlantedRun.Figures("echo", "echo", PlantedRun.Latencies((1_500_000, 7)))]));
        metrics.Refresh();
        RemoteWriteEncoder encoder = new();
        TimeSeries[] sent = [.. Decode(encoder.Encode(Exposition.Of(metrics.Table), Moment, isEnd: true))];
        Assert.All(sent, series => Assert.Equal(0x7ff0000000000002, BitConverter.DoubleToInt64Bits(series.Histograms.Count > 0 ? series.Histograms[0].Sum : series.Samples[0].Value)));
    }

    [Fact]
    public void A_run_without_any_series_sends_nothing() => Assert.Empty(new RemoteWriteEncoder().Encode(Exposition.Of(new SeriesTable([], limit: 1)), Moment));

    private static IEnumerable<TimeSeries> Decode(IEnumerable<byte[]> requests) => requests.SelectMany(request => WriteRequest.Parser.ParseFrom(Snappy.Decode(request)).Timeseries);

    private static Dictionary<int, long> Counted(SeriesHistogram histogram)
    {
        Dictionary<int, long> counts = [];
        for (int bucket = 0; bucket < histogram.Counts.Length; bucket++)
        {
            if (histogram.Counts[bucket] > 0)
                counts[bucket + histogram.Grid.FirstIndex] = histogram.Counts[bucket];
        }

        return counts;
    }

    /// <summary>As Prometheus reads it: spans of buckets, each count a difference to the one before.</summary>
    private static Dictionary<int, long> Decoded(LoadTool.Outputs.Prometheus.Remote.Histogram histogram)
    {
        Dictionary<int, long> counts = [];
        int index = 0, delta = 0;
        long count = 0;
        foreach (BucketSpan span in histogram.PositiveSpans)
        {
            index += span.Offset;
            for (uint left = span.Length; left > 0; left--, index++)
            {
                count += histogram.PositiveDeltas[delta++];
                if (count > 0)
                    counts[index] = count;
            }
        }

        Assert.Equal(histogram.PositiveDeltas.Count, delta);
        return counts;
    }
}
