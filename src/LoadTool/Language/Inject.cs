namespace LoadTool;

/// <summary>Iterations started at an even rate, whether earlier ones have ended or not (open model).</summary>
internal sealed record Inject : LoadSimulation
{
    internal Inject(int rate, TimeSpan interval, TimeSpan during)
        : base(during)
    {
        CheckRate(rate, interval, least: 1);
        (Rate, Interval) = (rate, interval);
    }

    /// <summary>Iterations started in each <see cref="Interval"/>, evenly spaced inside it.</summary>
    internal int Rate { get; }

    /// <summary>The interval that <see cref="Rate"/> counts for.</summary>
    internal TimeSpan Interval { get; }

    internal override long Arrivals => (long)(((Int128)During.Ticks * Rate + Interval.Ticks - 1) / Interval.Ticks);

    internal override (long Rate, long PerTicks) LastRate => (Rate, Interval.Ticks);

    internal override LoadSimulation Scaled(double factor)
    {
        (int rate, TimeSpan interval) = Scaled(Rate, Interval, factor);
        return rate > 0 ? new Inject(rate, interval, During) : new Pause(During);
    }

    internal override TimeSpan? DueAt(long number) => DueAt(number, Rate, Interval);

    /// <summary>When the arrival of a number is due at an even rate.</summary>
    internal static TimeSpan DueAt(long number, int rate, TimeSpan interval)
    {
        // Rounded to the tick, not truncated: 41 arrivals at 100 per second are due at 0.41 s, not one tick before.
        Int128 ticks = ((Int128)number * interval.Ticks + rate / 2) / rate;
        return TimeSpan.FromTicks((long)ticks);
    }
}
