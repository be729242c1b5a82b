using LoadTool.Outputs.Catalog;

namespace LoadTool.Outputs.Otlp;

/// <summary>Where OTLP goes, and how: the target and settings, then OpenTelemetry's own environment variables, then their defaults.</summary>
/// <param name="Url">Where each request is posted.</param>
/// <param name="IsGrpc">gRPC; else HTTP with protobuf.</param>
/// <param name="Headers">What goes with each request; may be secrets.</param>
/// <param name="IsCumulative">Sums count from the run's start.</param>
internal sealed record OtlpTarget(Uri Url, bool IsGrpc, IReadOnlyList<KeyValuePair<string, string>> Headers, bool IsCumulative)
{
    private const string Example = "http://127.0.0.1:4318";
    private const int GrpcPort = 4317;
    private const string GrpcPath = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    private const string HttpPath = "v1/metrics";

    /// <param name="request">The output's.</param>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <exception cref="ArgumentException">Something cannot be used; values are not repeated.</exception>
    internal static OtlpTarget Of(OutputRequest request, Func<string, string?> environment)
    {
        string? whole = request.Target is null ? Value("METRICS_ENDPOINT") : null;
        string? target = request.Target ?? whole ?? Value("ENDPOINT");
        Uri url = (request with { Target = target ?? Example }).RequireUrl(Example);
        bool isGrpc = (request.Text("protocol") ?? Value("METRICS_PROTOCOL") ?? Value("PROTOCOL")) switch
        {
            null => url.Port == GrpcPort,
            "grpc" => true,
            "http/protobuf" => false,
            _ => throw request.Refuse("protocol", "is neither grpc nor http/protobuf"),
        };
        bool isCumulative = (request.Text("temporality") ?? Value("METRICS_TEMPORALITY_PREFERENCE"))?.ToLowerInvariant() switch
        {
            null or "cumulative" => true,
            "delta" or "lowmemory" => false,
            _ => throw request.Refuse("temporality", "is neither cumulative nor delta"),
        };
        string? headers = request.Text("headers") ?? Value("METRICS_HEADERS") ?? Value("HEADERS");
        return new OtlpTarget(Complete(url, isGrpc, isWhole: whole is not null), isGrpc, [.. HeadersOf(request, headers ?? "")], isCumulative);

        string? Value(string name) => environment($"OTEL_EXPORTER_OTLP_{name}") is { Length: > 0 } value ? value : null;
    }

    private static Uri Complete(Uri url, bool isGrpc, bool isWhole)
    {
        UriBuilder builder = new(url) { UserName = "", Password = "" };
        if (isGrpc)
            builder.Path = GrpcPath;
        else if (!isWhole && !url.AbsolutePath.EndsWith($"/{HttpPath}", StringComparison.Ordinal))
            builder.Path = $"{url.AbsolutePath.TrimEnd('/')}/{HttpPath}";
        return builder.Uri;
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(OutputRequest request, string headers)
    {
        foreach (string header in headers.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = header.IndexOf('=');
            string name = equals < 0 ? "" : header[..equals].Trim(), value = equals < 0 ? "" : Uri.UnescapeDataString(header[(equals + 1)..].Trim());
            bool isName = name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));
            if (!isName || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                throw request.Refuse("headers", "is no list of headers: write name=value,name=value, percent-encoded");
            yield return KeyValuePair.Create(name, value);
        }
    }
}
