namespace LoadTool;

/// <summary>Iterations started at an even rate, whether earlier ones have ended or not (open model).</summary>
public sealed record Inject : LoadSimulation
{
    internal Inject(int rate, TimeSpan interval, TimeSpan during)
        : base(during)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1);
        if (interval <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "A rate needs an interval longer than zero.");
        (Rate, Interval) = (rate, interval);
    }

    /// <summary>Iterations started in each <see cref="Interval"/>, evenly spaced inside it.</summary>
    public int Rate { get; }

    /// <summary>The interval that <see cref="Rate"/> counts for.</summary>
    public TimeSpan Interval { get; }

    /// <inheritdoc/>
    public override long Arrivals => (long)(((Int128)During.Ticks * Rate + Interval.Ticks - 1) / Interval.Ticks);

    /// <inheritdoc/>
    public override TimeSpan DueAt(long arrival)
    {
        // Rounded to the tick, not truncated: 41 arrivals at 100 per second are due at 0.41 s, not one tick before.
        Int128 ticks = ((Int128)arrival * Interval.Ticks + Rate / 2) / Rate;
        return TimeSpan.FromTicks((long)ticks);
    }
}
