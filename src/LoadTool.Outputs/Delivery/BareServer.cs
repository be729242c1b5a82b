using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LoadTool.Outputs.Delivery;

/// <summary>Kestrel alone, without a host around it, which would take the process's signals for itself. Nothing that it is sent has a body.</summary>
internal sealed class BareServer : IDisposable
{
    private readonly IPEndPoint _endpoint;
    private readonly KestrelServer _server;

    /// <param name="endpoint">Where; port 0 for any free one.</param>
    /// <param name="maxConnections">At a time; more are closed.</param>
    internal BareServer(IPEndPoint endpoint, int maxConnections)
    {
        _endpoint = endpoint;
        KestrelServerOptions options = new() { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = maxConnections;
        options.Limits.MaxRequestBodySize = 0;
        options.Listen(endpoint);
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
    }

    /// <summary>Listens, and answers from now on.</summary>
    /// <returns>Where it listens.</returns>
    /// <exception cref="IOException">It cannot listen there.</exception>
    internal IPEndPoint Start(IHttpApplication<HttpContext> application)
    {
        _server.StartAsync(application, CancellationToken.None).GetAwaiter().GetResult();
        Uri listening = new(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        return new IPEndPoint(_endpoint.Address, listening.Port);
    }

    /// <summary>Cuts what is still open, and listens no more.</summary>
    public void Dispose() => _server.Dispose();
}
