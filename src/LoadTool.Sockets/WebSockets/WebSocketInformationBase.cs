using System.Net;

namespace Windows.Networking.Sockets;

/// <summary>What is known about a socket of either kind; readable at any time.</summary>
public abstract class WebSocketInformationBase : IWebSocketInformation
{
    private protected WebSocketInformationBase()
    {
    }

    /// <inheritdoc/>
    public HostName? LocalAddress => LocalEndPoint is { } local ? new HostName(local.Address.ToString()) : null;

    /// <inheritdoc/>
    public BandwidthStatistics BandwidthStatistics => default;

    /// <inheritdoc/>
    public string? Protocol { get; internal set; }

    /// <summary>This end's address and port; null before the connection is made. An addition to the documented surface.</summary>
    public IPEndPoint? LocalEndPoint { get; internal set; }
}
