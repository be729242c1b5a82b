using System.Net;
using System.Net.Sockets;
using LoadTool.Sockets;

namespace Windows.Networking;

/// <summary>The name or address of a host.</summary>
public sealed class HostName
{
    private readonly IPAddress? _address;

    /// <summary>Takes a name or address.</summary>
    /// <param name="hostName">Empty or null is E_INVALIDARG.</param>
    /// <exception cref="ArgumentException">E_INVALIDARG: there is no name.</exception>
    public HostName(string hostName)
    {
        if (string.IsNullOrWhiteSpace(hostName))
            throw Failures.InvalidArgument("There is no host name.", nameof(hostName));
        RawName = hostName;
        _ = IPAddress.TryParse(hostName, out _address);
    }

    /// <summary>As it was given.</summary>
    public string RawName { get; }

    /// <summary>An address in its usual form, a name in lower case.</summary>
    public string CanonicalName => _address?.ToString() ?? RawName.ToLowerInvariant();

    /// <summary>For people.</summary>
    public string DisplayName => CanonicalName;

    /// <summary>Name or address.</summary>
    public HostNameType Type => _address?.AddressFamily switch
    {
        AddressFamily.InterNetwork => HostNameType.Ipv4,
        AddressFamily.InterNetworkV6 => HostNameType.Ipv6,
        _ => HostNameType.DomainName,
    };

    /// <inheritdoc/>
    public override string ToString() => DisplayName;
}
