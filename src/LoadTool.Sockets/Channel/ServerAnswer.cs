namespace LoadTool.Sockets;

/// <summary>How a server answers an upgrade request.</summary>
/// <param name="Status">101 accepts; any other status refuses; 0 leaves it to the behaviour, or to nobody.</param>
/// <param name="Behaviour">What happens once accepted, or in place of an answer.</param>
internal readonly record struct ServerAnswer(int Status, ServerBehaviour? Behaviour)
{
    /// <summary>When accepting: what to ask for if the client offers permessage-deflate; null declines it.</summary>
    /// <exception cref="ArgumentException">A window is not of 8 to 15 bits.</exception>
    /// <exception cref="PlatformNotSupportedException">This runtime cannot compress.</exception>
    internal DeflateOptions? Deflate
    {
        get;
        init
        {
            value?.Validate();
            field = value;
        }
    }

    /// <summary>When accepting: the subprotocol to choose if the client offers it; null chooses none.</summary>
    internal string? Subprotocol { get; init; }

    internal static ServerAnswer Accept(ServerBehaviour behaviour) => new(101, behaviour);

    internal static ServerAnswer Refuse(int status) => new(status, null);

    /// <summary>Leaves the answer to the behaviour, which knows no frames then, only bytes.</summary>
    internal static ServerAnswer Leave(ServerBehaviour behaviour) => new(0, behaviour);

    /// <summary>Leaves the client waiting for its answer.</summary>
    internal static ServerAnswer Silence => new(0, null);
}
