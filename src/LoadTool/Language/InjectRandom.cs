namespace LoadTool;

/// <summary>Iterations started at a rate that chance sets anew for each interval, evenly spaced inside it (open model).</summary>
internal sealed record InjectRandom : InjectInCells
{
    internal InjectRandom(int minRate, int maxRate, TimeSpan interval, TimeSpan during)
        : base(during)
    {
        CheckRate(minRate, interval, least: 0, nameof(minRate));
        CheckRate(maxRate, interval, Math.Max(1, minRate), nameof(maxRate));
        (MinRate, MaxRate, Interval) = (minRate, maxRate, interval);
    }

    /// <summary>The one in the middle.</summary>
    internal override (long Rate, long PerTicks) LastRate => ((long)MinRate + MaxRate, (long)Int128.Min(long.MaxValue, 2 * (Int128)Interval.Ticks));

    private protected override int Room => MaxRate;

    private protected override long Cells => (During.Ticks - 1) / Interval.Ticks + 1;

    private int MinRate { get; }

    private int MaxRate { get; }

    private TimeSpan Interval { get; }

    internal override LoadSimulation Scaled(double factor)
    {
        int most = Scaled(MaxRate, factor);
        return most > 0 ? new InjectRandom(Math.Min(most, (int)Math.Round(MinRate * factor)), most, Interval, During) { Seed = Seed } : new Pause(During);
    }

    private protected override int CountIn(long cell) => MinRate + (int)(SplitMix.Hash(Seed, cell) % (ulong)((long)MaxRate - MinRate + 1));

    private protected override TimeSpan DueAt(long cell, int index, int count) =>
        TimeSpan.FromTicks(Interval.Ticks * cell) + Inject.DueAt(index, count, Interval);
}
