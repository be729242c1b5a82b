using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LoadTool.EndToEnd.Servers;

/// <summary>An echo server on Kestrel, in this process.</summary>
internal sealed class KestrelEcho : IAsyncDisposable
{
    private readonly WebApplication _application;

    private KestrelEcho(WebApplication application) => _application = application;

    internal Uri Uri => new(_application.Urls.Single().Replace("http", "ws"));

    /// <summary>How connections ended, in the server's words.</summary>
    internal ConcurrentQueue<string> Closes { get; } = [];

    /// <param name="certificate">Null for no TLS.</param>
    /// <param name="compresses">Whether it agrees to compression.</param>
    /// <param name="most">WebSockets that it has open at most: more are refused; null for any number.</param>
    internal static async Task<KestrelEcho> StartAsync(X509Certificate2? certificate = null, bool compresses = false, long? most = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentUpgradedConnections = most;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
        });
        WebApplication application = builder.Build();
        KestrelEcho server = new(application);
        application.UseWebSockets();
        application.Run(async context =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = compresses });
            server.Closes.Enqueue(await EchoAsync(socket, context.RequestAborted));
        });
        await application.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task<string> EchoAsync(WebSocket socket, CancellationToken aborted)
    {
        try
        {
            byte[] buffer = new byte[4096];
            while (true)
            {
                ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), aborted);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, aborted);
                    return $"closed {(int)socket.CloseStatus!}";
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, aborted);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            return $"error {error.Message}";
        }
    }
}
