namespace LoadTool.Analysis.Soak;

/// <summary>How a long run is judged.</summary>
internal sealed record SoakSettings
{
    internal const double DefaultMinGrowth = 10;

    internal const double DefaultMinDrift = 0.05;

    /// <summary>The least growth of memory that matters, bytes per minute and socket.</summary>
    internal double MinGrowth { get; init; } = DefaultMinGrowth;

    /// <summary>The least drift of latency that matters, as a share of it over the time that is judged.</summary>
    internal double MinDrift { get; init; } = DefaultMinDrift;

    /// <summary>What is not judged, from the start of the run; null for a tenth of it.</summary>
    internal TimeSpan? Skip { get; init; }
}
