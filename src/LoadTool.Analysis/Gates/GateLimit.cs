using LoadTool.Analysis.Runs;

namespace LoadTool.Analysis.Gates;

/// <summary>What figures must not go beyond: latencies and errors not above, rates not below.</summary>
/// <param name="Value">In seconds, per second, or as a share.</param>
/// <param name="Unit">A kind of figures that has this unit.</param>
internal readonly record struct GateLimit(double Value, FigureKind Unit)
{
    /// <summary>Whether it is in the unit of a kind of figures.</summary>
    internal bool IsOf(FigureKind kind) => UnitOf(kind) == UnitOf(Unit);

    private static FigureKind UnitOf(FigureKind kind) => kind switch
    {
        FigureKind.Cpu => FigureKind.Latency,
        FigureKind.Messages => FigureKind.Rate,
        _ => kind,
    };
}
