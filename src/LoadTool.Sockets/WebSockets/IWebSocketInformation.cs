namespace Windows.Networking.Sockets;

/// <summary>What is known about a socket of either kind; readable at any time.</summary>
public interface IWebSocketInformation
{
    /// <summary>This end's address; null before the connection is made.</summary>
    HostName? LocalAddress { get; }

    /// <summary>The system's own estimate of the bandwidth; all zero, as in Windows, where it makes none, and before the connection is made.</summary>
    BandwidthStatistics BandwidthStatistics { get; }

    /// <summary>The subprotocol that the server chose; null before the connection is made, and when it chose none.</summary>
    string? Protocol { get; }
}
