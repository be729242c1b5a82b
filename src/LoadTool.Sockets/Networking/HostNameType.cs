namespace Windows.Networking;

/// <summary>What a <see cref="HostName"/> is.</summary>
public enum HostNameType
{
    /// <summary>A name for DNS.</summary>
    DomainName = 0,

    /// <summary>An IPv4 address.</summary>
    Ipv4 = 1,

    /// <summary>An IPv6 address.</summary>
    Ipv6 = 2,

    /// <summary>A Bluetooth address; never here.</summary>
    Bluetooth = 3,
}
