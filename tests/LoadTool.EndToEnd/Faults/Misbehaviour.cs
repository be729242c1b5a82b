using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Faults;

/// <summary>One way of a server to do wrong, or just not wrong, and what must come of it at the client.</summary>
/// <param name="Name">A true sentence.</param>
/// <param name="Serve">What the server does from the accepted TCP connection on; afterwards it reads until the client ends TCP.</param>
internal sealed record Misbehaviour(string Name, Func<Attack, Task> Serve)
{
    /// <summary>What the connect or the receive fails with; null when the client works on, or the socket is closed in order.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What Closed tells; null when it must not be raised.</summary>
    public (int Code, string Reason)? Closed { get; init; }

    /// <summary>The code of the Close frame that the client sends, 1005 for an empty one; null when it sends none.</summary>
    public int? CloseSent { get; init; }

    /// <summary>How the client ends TCP, FIN or RST; null where both are right: TCP itself makes a RST of a FIN when bytes were left unread.</summary>
    public string? End { get; init; }

    /// <summary>All that is received as messages before the end.</summary>
    public string Received { get; init; } = "";

    public ClientAct Act { get; init; }

    public bool IsSecure { get; init; }

    public string[] Offers { get; init; } = [];

    /// <summary>What the client offers of permessage-deflate; null offers none.</summary>
    public DeflateOptions? Deflate { get; init; }

    /// <summary>What the client lets one compressed message inflate to; null is what a stream gets in place of MaxMessageSize, and leaves others alone.</summary>
    public long? MaxInflatedBytes { get; init; }

    public SocketKind[] Kinds { get; init; } = [SocketKind.Message, SocketKind.Event, SocketKind.Stream];

    /// <summary>True when the client must not be disturbed: it then receives a last message, <see cref="Attack.Fine"/>, and closes with 1000.</summary>
    public bool IsHarmless => Failure is null && Closed is null;
}
