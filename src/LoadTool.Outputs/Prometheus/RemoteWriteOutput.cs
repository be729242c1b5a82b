using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Delivery;

namespace LoadTool.Outputs.Prometheus;

/// <summary>Sends the run to Prometheus, or whatever else takes remote write, as it goes on.</summary>
/// <remarks>Encoded on the run's thread, where the series are; sent beside it.</remarks>
internal sealed class RemoteWriteOutput : IOutput, IDisposable
{
    private const string Example = "http://127.0.0.1:9090/api/v1/write";

    /// <summary>Often enough for curves, and rare enough to cost nothing: k6's choice too.</summary>
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);

    private readonly MetricSettings _settings;
    private readonly TimeSpan _interval;
    private readonly bool _marksEnd;
    private readonly RemoteWriteClient _client;
    private readonly Courier _courier;
    private readonly RemoteWriteEncoder _encoder = new();
    private RunMetrics? _metrics;
    private Exposition? _series;
    private TimeSpan _nextAt;
    private long _timestamp;

    private RemoteWriteOutput(OutputRequest request)
    {
        (_settings, _interval) = (MetricSettings.Of(request, IsNative(request)), request.Time("interval", DefaultInterval));
        _marksEnd = Choice(request, "stale", "no", "yes") == "yes";
        DeliveryLimits limits = DeliveryLimits.Of(request);
        _client = new RemoteWriteClient(request.RequireUrl(Example), RemoteWriteCredentials.Of(request), request.Clock);
        _courier = new Courier(_client.SendAsync, limits, request.Clock);
    }

    /// <inheritdoc/>
    public string Name => "remote-write";

    internal static OutputKind Kind { get; } = new(
        "remote-write", "=URL", $"Sends the run to Prometheus or another receiver of remote write, such as {Example}, with native histograms.",
        [
            .. MetricSettings.Settings,
            new("interval", "Time between two samples of a series; 5s by default."),
            new("histograms", "native (the default), or classic for receivers that take no native histograms."),
            new("stale", "yes to tell the receiver at the end that all series have ended; no by default, so that the final figures can be asked for a while."),
            .. RemoteWriteCredentials.Settings,
            .. DeliveryLimits.Settings,
        ],
        request => new RemoteWriteOutput(request));

    /// <inheritdoc/>
    public void Start(RunInfo run)
    {
        _metrics = new RunMetrics(run, _settings);
        _timestamp = run.StartedAt.ToUnixTimeMilliseconds();
        Send(_timestamp);
    }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        _metrics!.Add(snapshot);
        _timestamp = Math.Max(_timestamp, (snapshot.StartedAt + snapshot.Length).ToUnixTimeMilliseconds());
        if (snapshot.SinceStart < _nextAt)
            return;

        // Snapshots come a little early or late: one that is nearly due is not left for the next.
        _nextAt = snapshot.SinceStart + _interval - (snapshot.Length / 2);
        Send(_timestamp);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Samples were lost, now or earlier.</exception>
    public void Finish(RunResult result)
    {
        _metrics!.End(result);
        Send(_timestamp);
        if (_marksEnd)
            Send(_timestamp, isEnd: true);
        LeftOut.Tell(Name, _metrics.Table);
        _courier.Finish();
    }

    /// <summary>Stops sending at once.</summary>
    public void Dispose()
    {
        _courier.Dispose();
        _client.Dispose();
    }

    /// <summary>Receivers refuse a moment that is not later than the one before.</summary>
    private void Send(long timestamp, bool isEnd = false)
    {
        _metrics!.Refresh();
        _series = Exposition.Of(_metrics.Table, _series);
        foreach (byte[] request in _encoder.Encode(_series, timestamp, isEnd))
            _courier.Offer(request);
        _timestamp = timestamp + 1;
    }

    private static bool IsNative(OutputRequest request) => Choice(request, "histograms", "native", "classic") == "native";

    private static string Choice(OutputRequest request, string setting, string usual, string other) =>
        (request.Text(setting) ?? usual) is { } text && (text == usual || text == other) ? text : throw request.Refuse(setting, $"is neither {usual} nor {other}");
}
