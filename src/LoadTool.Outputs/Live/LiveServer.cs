using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Report;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LoadTool.Outputs.Live;

/// <summary>Serves the live page.</summary>
internal sealed class LiveServer : IHttpApplication<HttpContext>, IDisposable
{
    /// <summary>What a header carries, and what <see cref="LiveAccess"/> asks of a button.</summary>
    internal const string TokenHeader = "X-LoadTool-Token";

    private const int MaxConnections = 128;
    private const int WarmLimitMilliseconds = 10_000;

    private readonly BareServer _server;
    private readonly LiveAudience _audience;

    /// <summary>Null until the port is known: who asks before that is told to come back.</summary>
    private readonly LiveAccess? _access;

    private readonly byte[] _page;
    private readonly Func<LiveButtons?> _buttons;
    private int _requests;

    /// <summary>Listens at once.</summary>
    /// <param name="endpoint">Where; port 0 for any free one.</param>
    /// <param name="title">What is run.</param>
    /// <param name="audience">Who watches.</param>
    /// <param name="buttons">What the page's buttons do; null while there is nothing to stop. Asked on any thread.</param>
    /// <exception cref="IOException">It cannot listen there, or the page is not available; one line says what to do.</exception>
    internal LiveServer(IPEndPoint endpoint, string title, LiveAudience audience, Func<LiveButtons?> buttons)
    {
        (_audience, _buttons) = (audience, buttons);
        string token = LiveAccess.NewToken();
        _page = Encoding.UTF8.GetBytes(ReportPage.Page(title, connect: "'self'", $"<script type=\"application/json\" id=\"live\">{{\"token\":\"{token}\",\"mostLoad\":{LoadRun.MaxLoadFactor}}}</script>"));
        _server = new BareServer(endpoint, MaxConnections);
        try
        {
            IPEndPoint address = _server.Start(this);
            _access = new LiveAccess(address, token);
            Warm(address);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            _server.Dispose();
            throw new IOException($"the live page cannot listen on {endpoint}: {(error.InnerException ?? error).Message}; choose another place with --ui=address:port, port 0 for any free one", error);
        }
    }

    /// <summary>What to open; holds the token where it is asked for.</summary>
    internal string Url => _access!.Url;

    /// <summary>Requests that are being answered; a watcher is one until it has been told of the run's end.</summary>
    internal int Requests => Volatile.Read(ref _requests);

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        Interlocked.Increment(ref _requests);
        return new DefaultHttpContext(contextFeatures);
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(HttpContext context)
    {
        (HttpRequest request, HttpResponse response) = (context.Request, context.Response);
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";

        // In no other page's frame: a click there would be a click here.
        response.Headers.ContentSecurityPolicy = "frame-ancestors 'none'";
        response.StatusCode = StatusCodes.Status200OK;
        string? host = request.Headers.Host;
        if (_access is not { } access)
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else if (!access.IsOurs(host))
            response.StatusCode = StatusCodes.Status403Forbidden;
        else if (HttpMethods.IsPost(request.Method))
            response.StatusCode = access.MayAct(request.Headers[TokenHeader], request.Headers.Origin, host) ? Act(request) : StatusCodes.Status403Forbidden;
        else if (!HttpMethods.IsGet(request.Method))
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        else if (!access.MaySee(request.Query["token"]))
            response.StatusCode = StatusCodes.Status403Forbidden;
        else if (request.Path == "/")
            await SendPageAsync(response);
        else if (request.Path == "/events")
            await StreamAsync(response, context.RequestAborted);
        else
            response.StatusCode = StatusCodes.Status404NotFound;
    }

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception) => Interlocked.Decrement(ref _requests);

    /// <summary>Cuts what is still open, and listens no more.</summary>
    public void Dispose() => _server.Dispose();

    /// <summary>Asks for its own stream once: what is compiled for that is compiled before the load, not beside it.</summary>
    private void Warm(IPEndPoint address)
    {
        IPAddress reached = address.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address.Address;
        using Socket socket = new(reached.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = WarmLimitMilliseconds };
        socket.Connect(reached, address.Port);
        socket.Send(Encoding.ASCII.GetBytes($"GET /events?token={_access!.Token} HTTP/1.1\r\nHost: {new IPEndPoint(reached, address.Port)}\r\n\r\n"));
        socket.Receive(new byte[1]);
    }

    /// <summary>Does what a button asks for, and returns the answer's status.</summary>
    private int Act(HttpRequest request)
    {
        if (_buttons() is not { } buttons)
            return StatusCodes.Status409Conflict;
        switch (request.Path.Value)
        {
            case "/stop":
                buttons.Stop();
                return StatusCodes.Status204NoContent;
            case "/load":
                if (!double.TryParse(request.Query["factor"], NumberStyles.Float, CultureInfo.InvariantCulture, out double factor) || !(factor >= 0 && factor <= LoadRun.MaxLoadFactor))
                    return StatusCodes.Status400BadRequest;
                return buttons.ScaleLoad(factor) ? StatusCodes.Status204NoContent : StatusCodes.Status409Conflict;
            default:
                return StatusCodes.Status404NotFound;
        }
    }

    private async Task SendPageAsync(HttpResponse response)
    {
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = _page.Length;
        await response.Body.WriteAsync(_page);
    }

    private async Task StreamAsync(HttpResponse response, CancellationToken aborted)
    {
        if (_audience.Join(out IReadOnlyList<byte[]> past) is not { } coming)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        response.ContentType = "text/event-stream";
        try
        {
            foreach (byte[] message in past)
                await response.Body.WriteAsync(message, aborted);
            await response.Body.FlushAsync(aborted);
            await foreach (byte[] message in coming.ReadAllAsync(aborted))
            {
                await response.Body.WriteAsync(message, aborted);
                await response.Body.FlushAsync(aborted);
            }
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // The watcher left, which is how watching ends.
            response.HttpContext.Abort();
        }
        finally
        {
            _audience.Leave(coming);
        }
    }
}
