using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Figures;

namespace LoadTool.Outputs.Graphite;

/// <summary>
/// Writes Graphite's plain text over TCP or UDP: <c>loadtool.steps.chat.echo.ok</c> and so on per interval, <c>loadtool.total.steps…</c> at the end. Graphite keeps one value per
/// name and step of its retention, the last: retentions of <c>loadtool.*</c> begin with <c>1s</c>.
/// </summary>
internal sealed class GraphiteOutput : IOutput, IDisposable
{
    private readonly OutputRequest _request;
    private readonly MetricPath _path;
    private readonly GraphiteText _text;
    private readonly FigureWalk _walk;
    private readonly LineReceiver _receiver;
    private long _startSecond;
    private long _lastSecond;

    private GraphiteOutput(OutputRequest request)
    {
        (_request, _path) = (request, new MetricPath(MetricPath.StyleOf(request, TagStyle.None, TagStyle.Graphite)));
        _text = new GraphiteText(_path);
        _walk = new FigureWalk(_text);
        _receiver = LineReceiver.Of(request, "tcp", 2003);
    }

    internal static OutputKind Kind { get; } = new(
        "graphite", "=HOST:PORT", "Writes Graphite's plain text, over TCP or to udp://host:port. Its retention for loadtool.* should begin with 1s.",
        [
            MetricPath.Prefix,
            new("tags", "none (the values of labels are parts of the name) or graphite (tags of Graphite 1.1); none by default."),
            TestId.Setting,
            .. DeliveryLimits.Settings,
        ],
        request => new GraphiteOutput(request));

    /// <inheritdoc/>
    public string Name => "graphite";

    /// <inheritdoc/>
    public void Start(RunInfo run)
    {
        _startSecond = run.StartedAt.ToUnixTimeSeconds();
        _path.SetCommon(run, _request);
    }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        // Whole seconds, each once: intervals begin at almost a second's distance, and what comes second in a second would replace what was first.
        _lastSecond = Math.Max(_lastSecond + 1, _startSecond + (long)Math.Round((snapshot.SinceStart - snapshot.Length).TotalSeconds));
        _text.Start("", _lastSecond);
        _walk.Write(snapshot);
        _receiver.Offer(_text.Take());
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Something was lost: how much, and why.</exception>
    public void Finish(RunResult result)
    {
        _text.Start("total.", _startSecond);
        _walk.Write(result);
        _receiver.Offer(_text.Take());
        _receiver.Finish();
    }

    /// <summary>Stops sending.</summary>
    public void Dispose() => _receiver.Dispose();
}
