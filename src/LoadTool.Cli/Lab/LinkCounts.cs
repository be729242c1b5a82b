namespace LoadTool.Cli.Lab;

/// <summary>What became of the packets of one direction.</summary>
/// <param name="Offered">Those that came.</param>
/// <param name="Lost">Those lost on purpose.</param>
/// <param name="Dropped">Those that found the link full.</param>
/// <param name="Waiting">Those on their way.</param>
internal readonly record struct LinkCounts(long Offered, long Lost, long Dropped, int Waiting);
