using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace LoadTool.Outputs.Live;

/// <summary>
/// Who may see a live page, and who may press its buttons. Seeing takes the token in the address, unless only this machine can reach the page; pressing always takes it,
/// and a page of the same origin. A name in the Host header that is not this machine's is somebody else's page that had its name resolve to here (DNS rebinding).
/// </summary>
/// <param name="address">Where the page is served, with the port.</param>
/// <param name="token">Long and random.</param>
internal sealed class LiveAccess(IPEndPoint address, string token)
{
    private const int TokenBytes = 32;

    /// <summary>What the page's address carries.</summary>
    internal string Token => token;

    /// <summary>What a user opens: with the token where it is asked for.</summary>
    internal string Url => $"http://{Shown}/{(IsLocal ? "" : $"?token={token}")}";

    private bool IsLocal => IPAddress.IsLoopback(address.Address);

    /// <summary>An address of "any" is none to open: this machine's name is.</summary>
    private string Shown => address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any) ? $"{Dns.GetHostName()}:{address.Port}" : address.ToString();

    /// <summary>A token from the system's generator, in letters that an address takes as they are.</summary>
    internal static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>Whether a request is meant for this page.</summary>
    /// <param name="host">Its Host header.</param>
    internal bool IsOurs(string? host)
    {
        if (host is null || !Uri.TryCreate($"http://{host}/", UriKind.Absolute, out Uri? uri) || uri.Port != address.Port)
            return false;

        // No name resolves to an address that is written out.
        return uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
            || string.Equals(uri.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (!IsLocal && string.Equals(uri.Host, Dns.GetHostName(), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a request may see the page and what it shows.</summary>
    /// <param name="given">The token in its address, if any.</param>
    internal bool MaySee(string? given) => IsLocal || Matches(given);

    /// <summary>Whether a request may stop the run or change its load.</summary>
    /// <param name="given">The token in its header, if any.</param>
    /// <param name="origin">Its Origin header: browsers send it with each POST.</param>
    /// <param name="host">Its Host header.</param>
    internal bool MayAct(string? given, string? origin, string? host) => Matches(given) && (origin is null || origin == $"http://{host}");

    /// <summary>In a time that tells nothing of how much is right.</summary>
    private bool Matches(string? given) => given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token));
}
