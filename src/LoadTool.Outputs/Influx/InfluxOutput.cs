using System.Net.Http.Headers;
using System.Text;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Figures;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.Influx;

/// <summary>
/// Writes InfluxDB's line protocol: over HTTP to version 1 or 2 (and whatever takes the same), over UDP, or to a file. Measurements <c>loadtool_steps</c> and so on have a point per
/// interval, at its beginning, and <c>loadtool_total_steps</c> and so on one per run, at its start.
/// </summary>
internal sealed class InfluxOutput : IOutput, IDisposable
{
    private const string Example = "http://127.0.0.1:8086/database";

    private readonly OutputRequest _request;
    private readonly LineProtocol _lines = new();
    private readonly FigureWalk _walk;
    private readonly Courier? _courier;
    private readonly IDisposable? _sender;
    private readonly AppendedFile? _file;
    private IOException? _failure;
    private DateTimeOffset _startedAt;

    private InfluxOutput(OutputRequest request, string target)
    {
        (_request, _walk) = (request, new FigureWalk(_lines));
        DeliveryLimits limits = DeliveryLimits.Of(request);
        if (!target.Contains("://", StringComparison.Ordinal))
        {
            _file = Open(request, target);
            return;
        }

        (_sender, Func<ReadOnlyMemory<byte>, CancellationToken, Task> send) = Sender(request, target);
        _courier = new Courier(send, limits, request.Clock);
    }

    internal static OutputKind Kind { get; } = new(
        "influxdb", "=URL|FILE", "Writes InfluxDB's line protocol: to http(s)://host:port/database, to udp://host:port, or to a file.",
        [
            TestId.Setting,
            new("bucket", "Bucket of InfluxDB 2; its URL names no database then."),
            new("org", "Organization of InfluxDB 2."),
            new("token", "Token of InfluxDB 2; user and password of InfluxDB 1 stand in the URL."),
            new("gzip", "Whether what is sent over HTTP is compressed, true or false; true by default."),
            .. DeliveryLimits.Settings,
        ],
        request => new InfluxOutput(request, request.RequireTarget(Example)));

    /// <inheritdoc/>
    public string Name => "influxdb";

    /// <inheritdoc/>
    public void Start(RunInfo run)
    {
        _startedAt = run.StartedAt;
        _lines.SetCommon(RunLabels.Of(run, _request));
    }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        _lines.Start("loadtool_", snapshot.StartedAt);
        _walk.Write(snapshot);
        Bring(_lines.Take());
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Something was lost: how much, and why.</exception>
    public void Finish(RunResult result)
    {
        _lines.Start("loadtool_total_", _startedAt);
        _walk.Write(result);
        Bring(_lines.Take());
        _courier?.Finish();
        if (_failure is not null)
            throw new IOException($"the file is incomplete: {_failure.Message}", _failure);
    }

    /// <summary>Stops sending.</summary>
    public void Dispose()
    {
        _courier?.Dispose();
        _sender?.Dispose();
        _file?.Dispose();
    }

    private static AppendedFile Open(OutputRequest request, string path)
    {
        try
        {
            return new AppendedFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"output {request.Name} cannot write its file: {error.Message}", error);
        }
    }

    private void Bring(byte[] lines)
    {
        _courier?.Offer(lines);
        if (_failure is not null)
            return;
        try
        {
            _file?.Append(Encoding.UTF8.GetString(lines));
        }
        catch (IOException error)
        {
            _failure = error;
        }
    }

    private static (IDisposable Sender, Func<ReadOnlyMemory<byte>, CancellationToken, Task> Send) Sender(OutputRequest request, string target)
    {
        if (Uri.TryCreate(target, UriKind.Absolute, out Uri? url) && url is { Scheme: "udp", Host.Length: > 0, Port: > 0 })
        {
            UdpSender udp = new(url.DnsSafeHost, url.Port);
            return (udp, udp.SendAsync);
        }

        url = request.RequireUrl($"{Example}, udp://127.0.0.1:8089 or a file's name");
        bool isCompressed = request.Text("gzip") switch
        {
            null or "true" => true,
            "false" => false,
            _ => throw request.Refuse("gzip", "is neither true nor false"),
        };
        InfluxHttpSender http = request.Text("bucket") is { } bucket ? Version2(request, url, bucket, isCompressed) : Version1(request, url, isCompressed);
        return (http, http.SendAsync);
    }

    private static InfluxHttpSender Version2(OutputRequest request, Uri url, string bucket, bool isCompressed)
    {
        string org = request.Text("org") ?? throw request.Refuse("org", "is missing: InfluxDB 2 asks for the organization of a bucket");
        string path = $"{url.AbsolutePath.TrimEnd('/')}/api/v2/write?org={Uri.EscapeDataString(org)}&bucket={Uri.EscapeDataString(bucket)}&precision=ns";
        return new InfluxHttpSender(new Uri(url, path), Authorization(request, url), isCompressed, create: null);
    }

    private static InfluxHttpSender Version1(OutputRequest request, Uri url, bool isCompressed)
    {
        string path = url.AbsolutePath.TrimEnd('/');
        string database = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        if (database.Length == 0)
            throw new ArgumentException($"output {request.Name}: its target names no database: write one such as {Example}, or --out-setting influxdb.bucket=NAME for InfluxDB 2");
        string root = path[..path.LastIndexOf('/')];
        string name = database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return new InfluxHttpSender(
            new Uri(url, $"{root}/write?db={Uri.EscapeDataString(database)}&precision=ns"),
            Authorization(request, url),
            isCompressed,
            new Uri(url, $"{root}/query?q={Uri.EscapeDataString($"CREATE DATABASE \"{name}\"")}"));
    }

    private static AuthenticationHeaderValue? Authorization(OutputRequest request, Uri url)
    {
        if (request.Text("token") is { } token)
        {
            if (token.Length == 0 || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
                throw request.Refuse("token", "is empty or holds what no token does");
            return new AuthenticationHeaderValue("Token", token);
        }

        return url.UserInfo.Length == 0 ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
    }
}
