namespace LoadTool.Sockets.Protocol;

/// <summary>What a client asks for, the same at every attempt; only the key is new each time.</summary>
/// <param name="Host">A name or address as in a URI; an IPv6 address with or without brackets.</param>
/// <param name="Port">Left out of the Host header when it is the scheme's own.</param>
/// <param name="PathAndQuery">Escaped, from its first slash on.</param>
/// <param name="IsSecure">True for wss.</param>
/// <param name="Subprotocols">In order of preference; checked by <see cref="ClientHandshake.ValidateSubprotocols"/>.</param>
/// <param name="Headers">Sent verbatim after our own; a Host among them takes the place of ours; checked by
/// <see cref="ClientHandshake.ValidateHeader"/>.</param>
/// <param name="Deflate">What to offer of permessage-deflate; null offers no extension; checked by <see cref="DeflateOptions.Validate"/>.</param>
internal sealed record UpgradeRequest(
    string Host,
    int Port,
    string PathAndQuery,
    bool IsSecure,
    IReadOnlyList<string> Subprotocols,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    DeflateOptions? Deflate = null);
