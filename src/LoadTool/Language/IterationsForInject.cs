namespace LoadTool;

/// <summary>Iterations started at an even rate until there were so many (open model).</summary>
internal sealed record IterationsForInject : LoadSimulation
{
    internal IterationsForInject(int rate, TimeSpan interval, int iterations)
        : base(Length(rate, interval, iterations)) => (Rate, Interval, Arrivals) = (rate, interval, iterations);

    internal override long Arrivals { get; }

    internal override (long Rate, long PerTicks) LastRate => (Rate, Interval.Ticks);

    private int Rate { get; }

    private TimeSpan Interval { get; }

    internal override TimeSpan? DueAt(long number) => Inject.DueAt(number, Rate, Interval);

    /// <summary>Until one more would be due.</summary>
    private static TimeSpan Length(int rate, TimeSpan interval, int iterations)
    {
        CheckRate(rate, interval, least: 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        Int128 ticks = ((Int128)iterations * interval.Ticks + rate - 1) / rate;
        return ticks <= Longest.Ticks
            ? TimeSpan.FromTicks((long)ticks)
            : throw new ArgumentOutOfRangeException(nameof(iterations), iterations, $"At this rate they take longer than {Longest.Days} days.");
    }
}
