using LoadTool.Metrics;

namespace LoadTool;

/// <summary>How long one phase of connecting took, over an interval or over the whole run.</summary>
/// <param name="Name">
/// As thresholds name it: <c>connect</c> (from the call to the open socket), <c>connect.dns</c>, <c>connect.tcp</c> (all addresses tried), <c>connect.proxy</c>,
/// <c>connect.tls</c> (every handshake), <c>connect.tls.full</c>, <c>connect.tls.resumed</c>, <c>connect.upgrade</c> (from the request to the end of the answer's head)
/// or <c>connect.first_message</c> (from the end of the upgrade to the first message).
/// </param>
/// <param name="Duration">Of connections that were made, in nanoseconds. Plain durations: nothing is due before it begins.</param>
public sealed record ConnectPhaseFigures(string Name, Histogram Duration)
{
    private static readonly string[] Names =
    [
        "connect", "connect.dns", "connect.tcp", "connect.proxy", "connect.tls", "connect.tls.full", "connect.tls.resumed", "connect.upgrade", "connect.first_message",
    ];

    /// <summary>All names, in the order of a connection.</summary>
    internal static IReadOnlyList<string> AllNames => Names;

    internal static string NameOf(ConnectPart part) => Names[(int)part];

    internal static bool IsName(string name) => Names.Contains(name);
}
