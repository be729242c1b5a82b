using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Figures;

namespace LoadTool.Outputs.Otlp;

/// <summary>
/// Exports metrics by OpenTelemetry's protocol: <c>loadtool.steps.ok</c>, the exponential histogram <c>loadtool.steps.latency</c> and so on per interval, and the whole run's figures as gauges
/// (<c>loadtool.total.steps.latency_p99_seconds</c>) at the end.
/// </summary>
internal sealed class OtlpOutput : IOutput, IDisposable
{
    private readonly OutputRequest _request;
    private readonly OtlpFigures _figures;
    private readonly FigureWalk _walk;
    private readonly OtlpSender _sender;
    private readonly Courier _courier;
    private DateTimeOffset _endedAt;

    private OtlpOutput(OutputRequest request)
    {
        OtlpTarget target = OtlpTarget.Of(request, Environment.GetEnvironmentVariable);
        (_request, _figures, _sender) = (request, new OtlpFigures(target.IsCumulative), new OtlpSender(target));
        _walk = new FigureWalk(_figures);
        _courier = new Courier(_sender.SendAsync, DeliveryLimits.Of(request), request.Clock);
    }

    internal static OutputKind Kind { get; } = new(
        "otlp", "[=URL]", "Exports metrics by OpenTelemetry's protocol, with exponential histograms; OTEL_EXPORTER_OTLP_ENDPOINT and its kin count too.",
        [
            TestId.Setting,
            new("protocol", "http/protobuf or grpc; grpc by default where the port is 4317, else http/protobuf."),
            new("headers", "Headers such as authorization=Bearer%20TOKEN, separated by commas; OTEL_EXPORTER_OTLP_HEADERS by default."),
            new("temporality", "cumulative (sums since the run's start) or delta (of each interval); cumulative by default."),
            .. DeliveryLimits.Settings,
        ],
        request => new OtlpOutput(request));

    /// <inheritdoc/>
    public string Name => "otlp";

    /// <inheritdoc/>
    public void Start(RunInfo run) => _figures.SetCommon(RunLabels.Of(run, _request), run.StartedAt);

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        _endedAt = snapshot.StartedAt + snapshot.Length;
        _figures.Start(snapshot.StartedAt, _endedAt);
        _walk.Write(snapshot);
        _courier.Offer(_figures.Take());
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Something was lost: how much, and why.</exception>
    public void Finish(RunResult result)
    {
        // Later than all before, by the least that every receiver tells apart.
        DateTimeOffset last = _endedAt + TimeSpan.FromMilliseconds(1);
        _figures.Start(result.Run.StartedAt, last);
        _figures.Repeat();
        _figures.Start(result.Run.StartedAt, last, isTotal: true);
        _walk.Write(result);
        _courier.Offer(_figures.Take());
        _courier.Finish();
    }

    /// <summary>Stops sending.</summary>
    public void Dispose()
    {
        _courier.Dispose();
        _sender.Dispose();
    }
}
