namespace LoadTool.Analysis.Lab;

/// <summary>How the lab is run.</summary>
internal sealed record LabSettings
{
    /// <summary>What is tried, in this order.</summary>
    internal required IReadOnlyList<LabCell> Cells { get; init; }

    /// <summary>Pairs of blocks for each cell.</summary>
    internal required int Blocks { get; init; }

    /// <summary>How long one variant runs before the other has its turn; its first fifth is not counted.</summary>
    internal required TimeSpan BlockLength { get; init; }

    /// <summary>Connections, used by both variants in turn.</summary>
    internal required int Connections { get; init; }

    /// <summary>The size of a difference that matters, as a share.</summary>
    internal required double MinEffect { get; init; }

    /// <summary>Of the order of blocks, of the resampling, and of what the relay loses.</summary>
    internal required long Seed { get; init; }

    /// <summary>What lies between client and server, as given; null for nothing.</summary>
    internal string? Via { get; init; }

    /// <summary>True when Nagle's algorithm is off in both variants.</summary>
    internal bool IsControl { get; init; }

    /// <summary>How long all blocks take together, connecting left out.</summary>
    internal TimeSpan Length => BlockLength * (2 * Blocks * Cells.Count);
}
