using System.Net;
using System.Net.Sockets;
using LoadTool.Outputs.Catalog;

namespace LoadTool.Outputs.Prometheus;

/// <summary>Lets Prometheus scrape the run: <c>http://address:port/metrics</c>.</summary>
/// <remarks>
/// Histograms are classic ones, because text has no others; the exact quantiles stand beside them. A scraper that came at least twice is waited for when the run has ended, so that the
/// final figures reach it: for one and a half times the time between its last two visits, and no longer than the setting <c>linger</c>.
/// </remarks>
internal sealed class ScrapeOutput : IOutput, IDisposable
{
    private const int DefaultPort = 9464;
    private static readonly TimeSpan DefaultLinger = TimeSpan.FromSeconds(60);

    private readonly MetricSettings _settings;
    private readonly TimeSpan _linger;
    private readonly ScrapeServer _server;
    private readonly ScrapeVisits _visits;
    private RunMetrics? _metrics;
    private volatile Exposition _current = Exposition.Of(new SeriesTable([], limit: 0));

    /// <exception cref="IOException">The port cannot be listened on.</exception>
    private ScrapeOutput(IPEndPoint endpoint, MetricSettings settings, TimeSpan linger, TimeProvider clock)
    {
        (_settings, _linger, _visits) = (settings, linger, new ScrapeVisits(clock));
        try
        {
            _server = new ScrapeServer(endpoint, () => _current, _visits.Add);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new IOException($"output prometheus cannot listen on {endpoint}: {(error.InnerException ?? error).Message}; choose another place with --out prometheus=address:port, port 0 for any free one", error);
        }
    }

    /// <inheritdoc/>
    public string Name => "prometheus";

    internal static OutputKind Kind { get; } = new(
        "prometheus", "[=address:port]", "Shows the run to Prometheus at /metrics while it lasts (127.0.0.1:9464 by default; port 0 for any free one).",
        [.. MetricSettings.Settings, new("linger", "How long the end may wait for a scraper, if one came at least twice, to fetch the final figures; 60s by default, 1ms for not at all.")],
        Create);

    /// <summary>Where it listens.</summary>
    internal IPEndPoint Address => _server.Address;

    internal static ScrapeOutput Create(OutputRequest request)
    {
        IPEndPoint endpoint = EndpointOf(request.Target);
        return new ScrapeOutput(endpoint, MetricSettings.Of(request, isNative: false), request.Time("linger", DefaultLinger), request.Clock);
    }

    /// <inheritdoc/>
    public void Start(RunInfo run)
    {
        _metrics = new RunMetrics(run, _settings);
        Publish();
        Console.Error.WriteLine($"metrics for Prometheus: http://{Address}/metrics, testid {VisibleText.OneLine(_metrics.TestId, 200)}");
    }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        _metrics!.Add(snapshot);
        Publish();
    }

    /// <inheritdoc/>
    public void Finish(RunResult result)
    {
        _metrics!.End(result);
        Publish();
        _visits.End();
        LeftOut.Tell(Name, _metrics.Table);
    }

    /// <summary>Waits for the last visit of a scraper, then listens no more.</summary>
    public void Dispose()
    {
        _visits.WaitForLast(_linger);
        _server.Dispose();
    }

    private void Publish()
    {
        _metrics!.Refresh();
        _current = Exposition.Of(_metrics.Table, _current);
    }

    /// <exception cref="ArgumentException">It is none.</exception>
    private static IPEndPoint EndpointOf(string? target)
    {
        if (target is null)
            return new IPEndPoint(IPAddress.Loopback, DefaultPort);
        string text = target.StartsWith("localhost:", StringComparison.Ordinal) ? $"{IPAddress.Loopback}{target["localhost".Length..]}" : target;

        // Without a colon a port would be taken for an address.
        return text.Contains(':') && IPEndPoint.TryParse(text, out IPEndPoint? endpoint) && (endpoint.Port > 0 || text.EndsWith(":0", StringComparison.Ordinal))
            ? endpoint : throw new ArgumentException("output prometheus: its target is no address and port: write one such as --out prometheus=127.0.0.1:9464, or 0.0.0.0:9464 for all addresses");
    }
}
