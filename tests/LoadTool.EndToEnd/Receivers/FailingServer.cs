using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LoadTool.EndToEnd.Receivers;

/// <summary>Answers every request with 500.</summary>
internal sealed class FailingServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FailingServer(WebApplication app) => _app = app;

    internal string Address => new Uri(_app.Urls.Single()).Authority;

    internal static async Task<FailingServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        FailingServer server = new(builder.Build());
        server._app.Run(context =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("""{"error":"out of order"}""");
        });
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
