using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Soak;

/// <summary>One thing that should stay as it is during a long run.</summary>
/// <param name="Name">What: <c>target memory per socket</c>, <c>echo p99</c>, <c>echo errors</c>.</param>
/// <param name="Growth">How fast it grows, with its 95 % interval: bytes per minute and socket of memory, of latencies a share and of errors a share of all attempts, over the time that was judged. Null when too little is there.</param>
/// <param name="Matters">The least growth that does, in the same unit.</param>
/// <param name="Unit">What the growth counts.</param>
internal sealed record SoakFinding(string Name, Interval? Growth, double Matters, SoakUnit Unit)
{
    /// <summary>Each stretch's middle (seconds since the start) and mean, in the figure's own unit.</summary>
    internal IReadOnlyList<(double Time, double Value)> Means { get; init; } = [];

    /// <summary>Why nothing can be said; null where something is.</summary>
    internal string? Reason { get; init; }

    /// <summary>What is said of it.</summary>
    internal SoakVerdict Verdict => Growth switch
    {
        { Low: double low } when low >= Matters => SoakVerdict.Grows,
        { High: double high } when high < Matters => SoakVerdict.Steady,
        _ => SoakVerdict.NotEnoughSamples,
    };
}
