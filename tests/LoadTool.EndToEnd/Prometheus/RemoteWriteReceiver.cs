using System.Net;
using IronSnappy;
using LoadTool.Outputs.Prometheus.Remote;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LoadTool.EndToEnd.Prometheus;

/// <summary>Takes remote write requests, or not, as a test wants.</summary>
internal sealed class RemoteWriteReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Lock _lock = new();
    private readonly List<WriteRequest> _taken = [];
    private readonly List<IHeaderDictionary> _headers = [];

    private RemoteWriteReceiver(WebApplication application) => _application = application;

    internal Uri Uri => new(_application.Urls.Single());

    internal IReadOnlyList<WriteRequest> Taken
    {
        get
        {
            lock (_lock)
                return [.. _taken];
        }
    }

    /// <summary>Of all requests, taken or not.</summary>
    internal IReadOnlyList<IHeaderDictionary> Headers
    {
        get
        {
            lock (_lock)
                return [.. _headers];
        }
    }

    /// <param name="answer">Answers the request of an index; its status code decides whether the request counts as taken.</param>
    internal static async Task<RemoteWriteReceiver> StartAsync(Func<int, HttpResponse, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        RemoteWriteReceiver receiver = new(builder.Build());
        receiver._application.Run(context => receiver.TakeAsync(context, answer));
        await receiver._application.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context, Func<int, HttpResponse, Task> answer)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        WriteRequest request = WriteRequest.Parser.ParseFrom(Snappy.Decode(body.ToArray()));
        int index;
        lock (_lock)
        {
            index = _headers.Count;
            _headers.Add(new HeaderDictionary(context.Request.Headers.ToDictionary()));
        }

        await answer(index, context.Response);
        if (context.Response.StatusCode >= 300)
            return;
        lock (_lock)
            _taken.Add(request);
    }
}
