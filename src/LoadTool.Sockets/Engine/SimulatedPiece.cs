namespace LoadTool.Sockets;

/// <summary>One thing that arrives.</summary>
/// <param name="Kind">What.</param>
/// <param name="DueAt">When, nanoseconds of the loop's clock.</param>
/// <param name="Bytes">Of data.</param>
internal readonly record struct SimulatedPiece(SimulatedPieceKind Kind, long DueAt, int Bytes);
