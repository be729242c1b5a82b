namespace LoadTool.Sockets;

/// <summary>What arrives at an end of a simulated connection.</summary>
internal enum SimulatedPieceKind : byte
{
    /// <summary>Bytes.</summary>
    Data,

    /// <summary>The wish to connect.</summary>
    Request,

    /// <summary>The server has accepted.</summary>
    Accepted,

    /// <summary>Nobody listens there.</summary>
    Refused,

    /// <summary>The other end sends no more.</summary>
    End,

    /// <summary>The connection is broken.</summary>
    Reset,
}
