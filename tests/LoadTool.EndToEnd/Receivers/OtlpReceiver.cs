using System.Net;
using Google.Protobuf;
using LoadTool.Outputs.Otlp.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace LoadTool.EndToEnd.Receivers;

/// <summary>Receives OTLP's metrics, over HTTP and over gRPC without TLS, and keeps what came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<Family> _metrics = [];
    private readonly List<IHeaderDictionary> _headers = [];

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>What came, in order: a metric per request.</summary>
    internal IReadOnlyList<Family> Metrics => _metrics;

    internal IReadOnlyList<IHeaderDictionary> Headers => _headers;

    /// <summary>The service that the last request named.</summary>
    internal Resource? Resource { get; private set; }

    /// <summary>Answers of HTTP or gRPC to be given before any yes.</summary>
    internal Queue<int> Refusals { get; } = [];

    /// <summary>What each yes says besides.</summary>
    internal ExportResponse Answer { get; set; } = new();

    internal Uri HttpUrl => new(_app.Urls.First());

    internal Uri GrpcUrl => new(_app.Urls.Last());

    internal static async Task<OtlpReceiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Logging.ClearProviders();
        OtlpReceiver receiver = new(builder.Build());
        receiver._app.MapPost("/v1/metrics", receiver.ReceiveHttpAsync);
        receiver._app.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", receiver.ReceiveGrpcAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The points of a sum or gauge whose tags are these, among others.</summary>
    internal IReadOnlyList<NumberPoint> Numbers(string metric, params (string Key, string Value)[] tags) =>
        [.. Of(metric).SelectMany(each => each.Sum?.Points ?? each.Gauge.Points).Where(point => Bears(point.Attributes, tags)).OrderBy(point => point.TimeUnixNano)];

    /// <summary>The points of a histogram alike.</summary>
    internal IReadOnlyList<ExponentialPoint> Histograms(string metric, params (string Key, string Value)[] tags) =>
        [.. Of(metric).SelectMany(each => each.ExponentialHistogram.Points).Where(point => Bears(point.Attributes, tags)).OrderBy(point => point.TimeUnixNano)];

    internal IEnumerable<Family> Of(string metric)
    {
        lock (_metrics)
            return [.. _metrics.Where(each => each.Name == metric)];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static bool Bears(IEnumerable<Tag> all, (string Key, string Value)[] tags) => tags.All(tag => all.Any(each => (each.Key, each.Value.Text) == tag));

    private async Task ReceiveHttpAsync(HttpContext context)
    {
        Assert.Equal("application/x-protobuf", context.Request.ContentType);
        byte[] body = await BodyAsync(context);
        if (Refusals.TryDequeue(out int status))
        {
            context.Response.StatusCode = status;
            return;
        }

        Keep(context, body);
        context.Response.ContentType = "application/x-protobuf";
        await context.Response.Body.WriteAsync(Answer.ToByteArray());
    }

    private async Task ReceiveGrpcAsync(HttpContext context)
    {
        Assert.Equal("application/grpc", context.Request.ContentType);
        byte[] body = await BodyAsync(context);
        Assert.Equal([0, 0], body[..2]);
        Assert.Equal(body.Length - 5, (body[2] << 16) | (body[3] << 8) | body[4]);
        context.Response.ContentType = "application/grpc";
        if (Refusals.TryDequeue(out int status))
        {
            context.Response.Headers["grpc-status"] = status.ToString(null, null);
            context.Response.Headers["grpc-message"] = "not%20now";
            return;
        }

        Keep(context, body[5..]);
        byte[] answer = Answer.ToByteArray();
        await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, (byte)answer.Length });
        await context.Response.Body.WriteAsync(answer);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Keep(HttpContext context, byte[] body)
    {
        ResourceMetrics resource = ExportRequest.Parser.ParseFrom(body).ResourceMetrics.Single();
        lock (_metrics)
        {
            _headers.Add(new HeaderDictionary(context.Request.Headers.ToDictionary()));
            Resource = resource.Resource;
            _metrics.AddRange(resource.ScopeMetrics.SelectMany(scope => scope.Metrics));
        }
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
