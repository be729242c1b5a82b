using System.Diagnostics.Metrics;
using System.Text.Json;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Otlp;
using LoadTool.Outputs.Otlp.Messages;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace LoadTool.EndToEnd.Receivers;

public sealed class OtlpTests : IAsyncLifetime
{
    private static readonly (string Key, string Value)[] OfStep = [("testid", RichRun.TestId), ("region", "eu, \"west\""), ("scenario", RichRun.ScenarioName), ("step", RichRun.StepName)];

    private OtlpReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await OtlpReceiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    /// <summary>What this receiver takes for OTLP is what OpenTelemetry's own exporter sends.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_receiver_understands_OpenTelemetry_s_own_exporter(bool isGrpc)
    {
        using Meter meter = new("own");
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(meter.Name)
            .AddView("times", new Base2ExponentialBucketHistogramConfiguration { MaxScale = 5, MaxSize = 640 })
            .AddOtlpExporter(exporter =>
            {
                exporter.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = isGrpc ? _receiver.GrpcUrl : new Uri(_receiver.HttpUrl, "v1/metrics");
            })
            .Build();
        meter.CreateCounter<long>("counted", "1").Add(5, new KeyValuePair<string, object?>("step", "a"));
        meter.CreateObservableGauge("level", () => -1.5, "s");
        Histogram<double> times = meter.CreateHistogram<double>("times", "s");
        double[] values = [0.6, 0.61, 1.1, 3, 3, 700];
        Array.ForEach(values, value => times.Record(value));

        Assert.True(provider.ForceFlush(30_000));

        Family counted = _receiver.Of("counted").Single();
        Assert.Equal((true, Temporality.Cumulative, "1"), (counted.Sum.IsMonotonic, counted.Sum.Temporality, counted.Unit));
        NumberPoint point = _receiver.Numbers("counted", ("step", "a")).Single();
        Assert.Equal(5, point.AsInt);
        Assert.InRange(point.TimeUnixNano, point.StartTimeUnixNano, ulong.MaxValue);
        Assert.Equal(-1.5, _receiver.Numbers("level").Single().AsDouble);
        ExponentialPoint theirs = _receiver.Histograms("times").Single();
        Assert.Equal((5, 6ul, 0.6, 700.0, values.Sum()), (theirs.Scale, theirs.Count, theirs.Min, theirs.Max, theirs.Sum));

        // And the tool puts the same values into the same buckets.
        ExponentialCounts ours = new();
        Metrics.Histogram histogram = new(lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000_000, significantDigits: 3, autoResize: true);
        Array.ForEach(values, value => histogram.RecordValue((long)(value * 1e9)));
        ours.Add(histogram, 1e9);
        ProtoBuffer written = new();
        ours.AddTo(written, new ProtoBuffer(), new ProtoBuffer());
        Assert.Equal(Buckets(theirs), Buckets(ExponentialPoint.Parser.ParseFrom(written.Written)));
    }

    [Theory]
    [InlineData(false, "cumulative")]
    [InlineData(true, "cumulative")]
    [InlineData(false, "delta")]
    public async Task A_run_s_figures_arrive_as_summary_json_has_them(bool isGrpc, string temporality)
    {
        using RichRun run = isGrpc
            ? await RichRun.ToAsync($"otlp={_receiver.GrpcUrl}", ("otlp.temporality", temporality), ("otlp.protocol", "grpc"), ("otlp.headers", "x-key=a%20b"))
            : await RichRun.ToAsync($"otlp={_receiver.HttpUrl}", ("otlp.temporality", temporality), ("otlp.headers", "x-key=a%20b"));
        bool isCumulative = temporality == "cumulative";

        foreach (string count in new[] { "ok", "fail", "interrupted" })
        {
            long expected = run.Step.GetProperty(count).GetProperty("count").GetInt64();
            Assert.Equal(expected, Counted($"loadtool.steps.{count}", isCumulative, OfStep));
            Assert.Equal(expected, _receiver.Numbers($"loadtool.total.steps.{count}", OfStep).Single().AsInt);
        }

        foreach (string latency in new[] { "latency", "latency_uncorrected" })
        {
            foreach (string name in new[] { "mean", "min", "p50", "p75", "p95", "p99", "p999", "max" })
                Assert.Equal(run.Step.GetProperty(latency).GetProperty(name).GetDouble(), _receiver.Numbers($"loadtool.total.steps.{latency}_{name}_seconds", OfStep).Single().AsDouble);
            AssertHistogram(run.Step.GetProperty(latency), _receiver.Histograms($"loadtool.steps.{latency}", OfStep), isCumulative);
        }

        Assert.Equal(run.Summary.GetProperty("messages").GetProperty("sent").GetInt64(), Counted("loadtool.intervals.messages_sent", isCumulative));
        Assert.Equal(run.Summary.GetProperty("bytes").GetProperty("received").GetInt64(), Counted("loadtool.intervals.bytes_received", isCumulative));
        Assert.Equal(run.Summary.GetProperty("metrics").GetProperty("counters")[0].GetProperty("count").GetInt64(), Counted("loadtool.counters.count", isCumulative, ("metric", "orders, \"big\"")));
        Assert.Equal(run.Step.GetProperty("fail").GetProperty("count").GetInt64(), Counted("loadtool.outcomes.count", isCumulative, ("kind", "step"), ("status", "busy, \"very\"")));
        Assert.Equal(
            run.Step.GetProperty("tags").EnumerateArray().Single(tag => tag.GetProperty("value").GetString() == RichRun.TagValue).GetProperty("ok").GetProperty("count").GetInt64(),
            Counted("loadtool.tags.ok", isCumulative, ("value", RichRun.TagValue)));
        Family ok = _receiver.Of("loadtool.steps.ok").First();
        Assert.Equal((true, isCumulative ? Temporality.Cumulative : Temporality.Delta, "1"), (ok.Sum.IsMonotonic, ok.Sum.Temporality, ok.Unit));
        Assert.Equal("s", _receiver.Of("loadtool.steps.latency").First().Unit);
        Assert.Contains(_receiver.Resource!.Attributes, tag => tag is { Key: "service.name", Value.Text: "loadtool" });
        Assert.All(_receiver.Headers, headers => Assert.Equal("a b", headers["x-key"]));
    }

    [Theory]
    [InlineData(false, 503, true, "HTTP 503")]
    [InlineData(false, 429, true, "HTTP 429")]
    [InlineData(false, 400, false, "HTTP 400")]
    [InlineData(true, 14, true, "gRPC status 14: not now")]
    [InlineData(true, 16, false, "gRPC status 16: not now")]
    public async Task What_may_be_tried_again_and_what_may_not_is_as_the_protocol_says(bool isGrpc, int status, bool isTransient, string problem)
    {
        _receiver.Refusals.Enqueue(status);
        OtlpTarget target = OtlpTarget.Of(new OutputRequest("otlp", (isGrpc ? _receiver.GrpcUrl : _receiver.HttpUrl).ToString(), Protocol(isGrpc), ""), _ => null);
        using OtlpSender sender = new(target);

        IOException error = await Assert.ThrowsAnyAsync<IOException>(() => sender.SendAsync(Array.Empty<byte>(), CancellationToken.None));

        Assert.Equal((problem, !isTransient), (error.Message, error is RefusedException));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_receiver_that_leaves_points_out_is_named(bool isGrpc)
    {
        _receiver.Answer = new ExportResponse { PartialSuccess = new PartialSuccess { RejectedDataPoints = 3, ErrorMessage = "too\nmany" } };
        OtlpFigures figures = new(isCumulative: true);
        OtlpTarget target = OtlpTarget.Of(new OutputRequest("otlp", (isGrpc ? _receiver.GrpcUrl : _receiver.HttpUrl).ToString(), Protocol(isGrpc), ""), _ => null);
        using OtlpSender sender = new(target);

        RefusedException error = await Assert.ThrowsAsync<RefusedException>(() => sender.SendAsync(figures.Take(), CancellationToken.None));

        Assert.Equal(@"3 points were rejected: too\nmany", error.Message);
    }

    private static Dictionary<string, string> Protocol(bool isGrpc) => new() { ["protocol"] = isGrpc ? "grpc" : "http/protobuf" };

    private long Counted(string metric, bool isCumulative, params (string Key, string Value)[] tags)
    {
        IReadOnlyList<NumberPoint> points = _receiver.Numbers(metric, tags);
        Assert.Equal(points.Count, points.Select(point => point.TimeUnixNano).Distinct().Count());
        Assert.Equal(isCumulative ? 1 : points.Count, points.Select(point => point.StartTimeUnixNano).Distinct().Count());
        return isCumulative ? points[^1].AsInt : points.Sum(point => point.AsInt);
    }

    /// <summary>Counts, sum and ends are the summary's; a quantile is within the bucket's half width, 1.1 %, and what the summary's own histogram tells apart.</summary>
    private static void AssertHistogram(JsonElement latency, IReadOnlyList<ExponentialPoint> points, bool isCumulative)
    {
        ExponentialPoint[] parts = isCumulative ? [points[^1]] : [.. points];
        long count = parts.Sum(part => (long)part.Count);
        Assert.Equal(latency.GetProperty("count").GetInt64(), count);
        Assert.Equal(latency.GetProperty("mean").GetDouble(), parts.Sum(part => part.Sum) / count, 1e-12);
        Assert.Equal(latency.GetProperty("min").GetDouble(), parts.Min(part => part.Min));
        Assert.Equal(latency.GetProperty("max").GetDouble(), parts.Max(part => part.Max));
        (int Index, long Count)[] buckets = [.. parts.SelectMany(Buckets).GroupBy(bucket => bucket.Index, bucket => bucket.Count).Select(same => (same.Key, same.Sum())).OrderBy(bucket => bucket.Key)];
        foreach ((string name, double share) in new[] { ("p50", 0.5), ("p95", 0.95), ("p99", 0.99) })
        {
            long wanted = (long)Math.Ceiling(share * count), seen = 0;
            int index = buckets.First(bucket => (seen += bucket.Count) >= wanted).Index;
            Assert.InRange(Math.Pow(2, (index + 0.5) / 32) / latency.GetProperty(name).GetDouble(), 1 / 1.0125, 1.0125);
        }
    }

    private static IEnumerable<(int Index, long Count)> Buckets(ExponentialPoint point) =>
        point.Positive.Counts.Select((count, index) => (point.Positive.Offset + index, (long)count)).Where(bucket => bucket.Item2 > 0);
}
