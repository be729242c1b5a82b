using System.Net;
using System.Text.Json;
using LoadTool.Outputs.Files;
using LoadTool.Outputs.Report;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Outputs.Live;

/// <summary>Shows a run on a page while it goes on. It comes after the report's output, and shows what that has collected.</summary>
internal sealed class LiveOutput : IOutput, IDisposable
{
    /// <summary>How long the end of a run is kept back for watchers to be told of it.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndLook = TimeSpan.FromMilliseconds(10);

    private readonly ReportOutput _report;
    private readonly TimeProvider _clock;
    private readonly LiveAudience _audience = new();
    private readonly LiveServer _server;
    private volatile LiveButtons? _buttons;
    private volatile bool _isPressed;

    /// <summary>Listens at once.</summary>
    /// <param name="endpoint">Where; port 0 for any free one.</param>
    /// <param name="title">What is run.</param>
    /// <param name="report">Told of everything before this one is.</param>
    /// <param name="clock">Of the run.</param>
    /// <exception cref="IOException">It cannot listen there, or the page is not available; one line says what to do.</exception>
    internal LiveOutput(IPEndPoint endpoint, string title, ReportOutput report, TimeProvider clock)
    {
        (_report, _clock) = (report, clock);
        _server = new LiveServer(endpoint, title, _audience, () => _buttons);
    }

    /// <inheritdoc/>
    public string Name => "ui";

    /// <summary>What to open.</summary>
    internal string Url => _server.Url;

    /// <summary>Gives the page's buttons something to do.</summary>
    internal void Attach(LiveButtons buttons) => _buttons = buttons with
    {
        Stop = () =>
        {
            _isPressed = true;
            buttons.Stop();
        },
    };

    /// <inheritdoc/>
    public void Start(RunInfo run) => _audience.ShowRun(CompactJson.Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("name", run.Name);
        json.WriteString("target", PublicUri.Of(run.Options.Target));
        json.WriteString("started_at", Timestamp.Of(run.StartedAt));
        if (run.PlannedDuration is { } planned)
            json.WriteNumber("planned_seconds", planned.TotalSeconds);
        else
            json.WriteNull("planned_seconds");
        json.WriteEndObject();
    }));

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        IReadOnlyList<SeriesBin> bins = _report.Series.Bins;
        switch (_report.LatestChange)
        {
            case SeriesChange.NewBin:
                _audience.ShowBin(Bins([bins[^1]]));
                break;
            case SeriesChange.LastBin:
                _audience.ShowLastBin(Bins([bins[^1]]));
                break;
            default:
                _audience.ShowAllBins(Bins(bins));
                break;
        }

        foreach (LogLine line in snapshot.Log)
            _audience.ShowLine(CompactJson.Bytes(json => Write(json, line)));
        _audience.ShowState(CompactJson.Bytes(json => Write(json, snapshot)));
    }

    /// <inheritdoc/>
    public void Finish(RunResult result)
    {
        _buttons = null;
        _audience.End(CompactJson.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("data", ReportPage.Data([_report.Finished!]));
            json.WriteEndObject();
        }));
        WaitForWatchers();
    }

    /// <summary>Listens no more.</summary>
    public void Dispose() => _server.Dispose();

    /// <summary>The process ends soon: watchers are to hear of it before that, if they listen at all.</summary>
    private void WaitForWatchers()
    {
        using PeriodicTimer look = new(EndLook, _clock);
        long began = _clock.GetTimestamp();
        while (_server.Requests > 0 && _clock.GetElapsedTime(began) < EndLimit)
            look.WaitForNextTickAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>All columns, because a page that comes later may have none of them yet.</summary>
    private byte[] Bins(IReadOnlyList<SeriesBin> bins) => CompactJson.Bytes(json => new SeriesJson(json).Write(bins, _report.Series.Columns, heatGroup: 1));

    private static void Write(Utf8JsonWriter json, LogLine line)
    {
        json.WriteStartObject();
        json.WriteString("at", Timestamp.Of(line.At));
        json.WriteString("text", line.Text);
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, Snapshot snapshot)
    {
        json.WriteStartObject();
        json.WriteNumber("elapsed_seconds", Math.Round(snapshot.SinceStart.TotalSeconds, 3));
        json.WriteBoolean("stopping", _isPressed);
        json.WriteStartArray("thresholds");
        foreach (ThresholdResult threshold in snapshot.Thresholds)
        {
            json.WriteStartObject();
            json.WriteString("scenario", threshold.Scenario);
            json.WriteString("condition", threshold.Text);
            json.WriteString("value", threshold.Value is null ? "nothing counted yet" : Units.Of(threshold));
            json.WriteBoolean("crossed", threshold.IsCrossed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
