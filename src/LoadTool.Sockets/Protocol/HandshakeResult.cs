namespace LoadTool.Sockets.Protocol;

/// <summary>How a server answered an upgrade request.</summary>
internal enum HandshakeOutcome
{
    Accepted,

    /// <summary>A valid HTTP answer of another status than 101.</summary>
    HttpStatus,

    /// <summary>No HTTP, or a 101 that breaks RFC 6455, section 4.1.</summary>
    Invalid,

    UnofferedSubprotocol,
    UnofferedExtension,
}

/// <summary>What <see cref="ClientHandshake.Read"/> found.</summary>
/// <param name="Outcome">Says which of the others is set.</param>
/// <param name="Subprotocol">When accepted: the server's choice; null when it made none.</param>
/// <param name="Status">With <see cref="HandshakeOutcome.HttpStatus"/>: the status, 100 to 999.</param>
/// <param name="Problem">Otherwise: what is wrong, for people.</param>
/// <param name="Deflate">When accepted: what both agreed on; null when the server chose no extension.</param>
internal readonly record struct HandshakeResult(
    HandshakeOutcome Outcome, string? Subprotocol = null, int Status = 0, string? Problem = null, DeflateOptions? Deflate = null)
{
    public static HandshakeResult Invalid(string? problem) => new(HandshakeOutcome.Invalid, Problem: problem);
}
