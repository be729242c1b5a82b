using System.Text.Json;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Figures;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.PostgreSql;

/// <summary>Keeps runs in PostgreSQL, with TimescaleDB where that is installed: the schema <c>loadtool</c>, made when it is missing.</summary>
internal sealed class PostgresOutput : IOutput, IDisposable
{
    private readonly OutputRequest _request;
    private readonly string _connectionString;
    private readonly JsonRows _rows = new();
    private readonly FigureWalk _walk;
    private readonly Courier _courier;
    private PostgresSender? _sender;
    private string _testId = "";

    private PostgresOutput(OutputRequest request)
    {
        DeliveryLimits limits = DeliveryLimits.Of(request);
        (_request, _connectionString, _walk) = (request, PostgresTarget.Read(request, limits.Attempt), new FigureWalk(_rows));
        _courier = new Courier((piece, cancellation) => _sender!.SendAsync(piece, cancellation), limits, request.Clock);
    }

    internal static OutputKind Kind { get; } = new(
        "postgres", "=URL", "Keeps the run in PostgreSQL or TimescaleDB: tables of the schema loadtool, made when they are missing.",
        [TestId.Setting, .. DeliveryLimits.Settings], request => new PostgresOutput(request));

    /// <inheritdoc/>
    public string Name => "postgres";

    /// <inheritdoc/>
    public void Start(RunInfo run)
    {
        _testId = TestId.Of(run, _request);
        _rows.Start();
        Utf8JsonWriter json = _rows.Json;
        json.WriteString("testid", _testId);
        json.WriteString("name", run.Name);
        json.WriteString("started_at", run.StartedAt);
        if (run.PlannedDuration is { } planned)
            json.WriteNumber("planned_seconds", planned.TotalSeconds);
        json.WriteString("target", PublicUri.Of(run.Options.Target));
        json.WriteNumber("seed", run.Options.Seed);
        json.WriteString("engine", run.Options.Engine.ToString().ToLowerInvariant());
        json.WriteNumber("event_loops", run.Options.Loops);
        json.WriteStartObject("tags");
        foreach ((string name, string value) in run.Options.Tags)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("version", ToolVersion.Text);
        json.WritePropertyName("setup");
        using (RunLines lines = new())
            json.WriteRawValue(lines.Run(run, _request.Started).Span);
        _sender = new PostgresSender(_connectionString, _testId, Storable(_rows.Take()));
    }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        _rows.Start();
        WriteHead(snapshot.StartedAt);
        _walk.Write(snapshot);
        _courier.Offer(Storable(_rows.Take()));
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Something was lost: how much, and why.</exception>
    public void Finish(RunResult result)
    {
        _rows.Start("total_");
        WriteHead(time: null);
        Utf8JsonWriter json = _rows.Json;
        json.WriteStartObject("end");
        json.WriteBoolean("stopped", result.WasStopped);
        json.WriteString("verdict", result.Trust?.Verdict.ToString().ToLowerInvariant());
        json.WritePropertyName("summary");
        new SummaryFile(result, result.OutputErrors, json).Write();
        json.WriteEndObject();
        _walk.Write(result);
        _courier.Offer(Storable(_rows.Take()));
        _courier.Finish();
    }

    /// <summary>Stops sending, and ends the connection.</summary>
    public void Dispose()
    {
        _courier.Dispose();
        _sender?.Dispose();
        _rows.Dispose();
    }

    private void WriteHead(DateTimeOffset? time)
    {
        Utf8JsonWriter json = _rows.Json;
        json.WriteStartObject("head");
        json.WriteString("testid", _testId);
        if (time is { } began)
            json.WriteString("time", began);
        json.WriteEndObject();
    }

    /// <summary>PostgreSQL has no character zero: what a script or server calls by it keeps a sign of it.</summary>
    internal static byte[] Storable(byte[] json)
    {
        for (int index = json.AsSpan().IndexOf((byte)'\\'); index < json.Length && index >= 0;)
        {
            if (json.AsSpan(index).StartsWith(@"\u0000"u8))
                @"\ufffd"u8.CopyTo(json.AsSpan(index));
            int next = json.AsSpan(index + 2).IndexOf((byte)'\\');
            index = next < 0 ? json.Length : index + 2 + next;
        }

        return json;
    }
}
