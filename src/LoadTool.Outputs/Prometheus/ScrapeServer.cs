using System.Buffers;
using System.IO.Compression;
using System.Net;
using LoadTool.Outputs.Delivery;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LoadTool.Outputs.Prometheus;

/// <summary>Answers <c>GET /metrics</c>.</summary>
internal sealed class ScrapeServer : IHttpApplication<HttpContext>, IDisposable
{
    /// <summary>More scrapers than anybody has.</summary>
    private const int MaxConnections = 32;

    private readonly BareServer _server;
    private readonly Func<Exposition> _current;
    private readonly Action _scraped;

    /// <summary>Listens at once.</summary>
    /// <param name="endpoint">Where; port 0 for any free one.</param>
    /// <param name="current">What to show. Asked on any thread.</param>
    /// <param name="scraped">Called when an answer was given. On any thread.</param>
    /// <exception cref="IOException">It cannot listen there.</exception>
    internal ScrapeServer(IPEndPoint endpoint, Func<Exposition> current, Action scraped)
    {
        (_current, _scraped) = (current, scraped);
        _server = new BareServer(endpoint, MaxConnections);
        Address = _server.Start(this);
    }

    /// <summary>Where it listens.</summary>
    internal IPEndPoint Address { get; }

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        if (context.Request.Path != "/metrics")
            response.StatusCode = StatusCodes.Status404NotFound;
        else if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            (response.StatusCode, response.Headers.Allow) = (StatusCodes.Status405MethodNotAllowed, "GET, HEAD");
        else
            await AnswerAsync(context.Request, response);
    }

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public void Dispose() => _server.Dispose();

    private async Task AnswerAsync(HttpRequest request, HttpResponse response)
    {
        bool isOpenMetrics = ScrapeFormat.WantsOpenMetrics(request.Headers.Accept);
        ArrayBufferWriter<byte> text = new();
        PrometheusText.Write(_current(), isOpenMetrics, text);
        response.ContentType = isOpenMetrics ? PrometheusText.OpenMetricsType : PrometheusText.PlainType;
        response.Headers.Vary = "Accept, Accept-Encoding";
        ReadOnlyMemory<byte> body = text.WrittenMemory;
        if (ScrapeFormat.WantsGzip(request.Headers.AcceptEncoding))
        {
            response.Headers.ContentEncoding = "gzip";
            body = Compressed(body.Span);
        }

        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(request.Method))
            return;
        await response.Body.WriteAsync(body);
        await response.CompleteAsync();
        _scraped();
    }

    private static byte[] Compressed(ReadOnlySpan<byte> text)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
            gzip.Write(text);
        return compressed.ToArray();
    }
}
