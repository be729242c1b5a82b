using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Figures;

namespace LoadTool.Outputs.StatsD;

/// <summary>
/// Writes StatsD's lines over UDP or TCP: counters, and gauges for levels and percentiles. Not timers: a daemon makes percentiles of its own from what it is told,
/// and those of this run's percentiles would be none.
/// </summary>
internal sealed class StatsDOutput : IOutput, IDisposable
{
    private readonly OutputRequest _request;
    private readonly MetricPath _path;
    private readonly StatsDText _text;
    private readonly FigureWalk _walk;
    private readonly LineReceiver _receiver;

    private StatsDOutput(OutputRequest request)
    {
        (_request, _path) = (request, new MetricPath(MetricPath.StyleOf(request, TagStyle.None, TagStyle.Datadog, TagStyle.Graphite)));
        _text = new StatsDText(_path);
        _walk = new FigureWalk(_text);
        _receiver = LineReceiver.Of(request, "udp", 8125);
    }

    internal static OutputKind Kind { get; } = new(
        "statsd", "=HOST:PORT", "Writes StatsD's counters and gauges, over UDP or to tcp://host:port; percentiles are gauges, in seconds.",
        [
            MetricPath.Prefix,
            new("tags", "none (the values of labels are parts of the name), datadog or graphite; none by default."),
            TestId.Setting,
            .. DeliveryLimits.Settings,
        ],
        request => new StatsDOutput(request));

    /// <inheritdoc/>
    public string Name => "statsd";

    /// <inheritdoc/>
    public void Start(RunInfo run) => _path.SetCommon(run, _request);

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        _text.Start(isTotal: false);
        _walk.Write(snapshot);
        _receiver.Offer(_text.Take());
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Something was lost: how much, and why.</exception>
    public void Finish(RunResult result)
    {
        _text.Start(isTotal: true);
        _walk.Write(result);
        _receiver.Offer(_text.Take());
        _receiver.Finish();
    }

    /// <summary>Stops sending.</summary>
    public void Dispose() => _receiver.Dispose();
}
