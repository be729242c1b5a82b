namespace LoadTool;

/// <summary>Iterations started at a rate that changes evenly, from the one at which the simulation before it ended (open model).</summary>
/// <remarks>
/// With rates a and b per interval I over the time T, a t + (b - a) t² / 2T = n I is the moment t of arrival n. It is solved with integers:
/// in floating point the last arrivals of a ramp to zero would be off by milliseconds.
/// </remarks>
internal sealed record RampingInject : LoadSimulation
{
    /// <summary>Parts of one arrival per interval that the rate at the start is rounded to, when it is none of whole numbers.</summary>
    private const int FineParts = 1000;

    /// <summary>Rates above it are fine enough in whole numbers; with the parts, the products would not fit.</summary>
    private const int MaxFineRate = 1_000_000;

    internal RampingInject(int rate, TimeSpan interval, TimeSpan during)
        : base(during)
    {
        CheckRate(rate, interval, least: 0);
        (Rate, Interval) = (rate, interval);
    }

    internal override long Arrivals => (long)(((FirstParts + LastParts) * During.Ticks + 2 * PartTicks - 1) / (2 * PartTicks));

    internal override (long Rate, long PerTicks) LastRate => (Rate, Interval.Ticks);

    private int Rate { get; init; }

    private TimeSpan Interval { get; init; }

    /// <summary>Parts in one arrival.</summary>
    private int Parts { get; init; } = 1;

    /// <summary>Parts per interval at the start.</summary>
    private Int128 FirstParts { get; init; }

    /// <summary>Parts per interval at the end.</summary>
    private Int128 LastParts => (Int128)Rate * Parts;

    /// <summary>What one arrival takes at the rate of one part.</summary>
    private Int128 PartTicks => (Int128)Interval.Ticks * Parts;

    internal override LoadSimulation After(LoadSimulation? previous, long seed)
    {
        (long rate, long perTicks) = previous?.LastRate ?? (0, 1);
        Int128 product = (Int128)rate * Interval.Ticks;
        int parts = product % perTicks == 0 || Int128.Max(Rate, product / perTicks) > MaxFineRate ? 1 : FineParts;
        return this with { Parts = parts, FirstParts = (product * parts + perTicks / 2) / perTicks };
    }

    internal override LoadSimulation Scaled(double factor)
    {
        const int Fine = 1_000;
        (int rate, TimeSpan interval) = Scaled(Rate, Interval, factor);
        int parts = rate > MaxFineRate ? 1 : FineParts;
        Int128 first = FirstParts * (Int128)Math.Round(factor * Fine) * interval.Ticks * parts / (PartTicks * Fine);
        return this with { Rate = rate, Interval = interval, Parts = parts, FirstParts = first };
    }

    internal override TimeSpan? DueAt(long number)
    {
        if (number >= Arrivals)
            return During;

        // The estimate is off by a tick at most but near the end of a ramp to zero: a search from there takes two looks.
        long reached = Estimate(number), missed = reached - 1;
        for (long stride = 1; !IsReached(reached, number); stride *= 2)
            (missed, reached) = (reached, Math.Min(During.Ticks, reached + stride));
        for (long stride = 1; missed >= 0 && IsReached(missed, number); stride *= 2)
            (missed, reached) = (missed - stride, missed);
        missed = Math.Max(-1, missed);
        while (reached - missed > 1)
        {
            long middle = missed + (reached - missed) / 2;
            if (IsReached(middle, number))
                reached = middle;
            else
                missed = middle;
        }

        return TimeSpan.FromTicks(reached);
    }

    /// <summary>True when so many arrivals are due at this tick or before.</summary>
    private bool IsReached(long tick, long number) =>
        2 * FirstParts * During.Ticks * tick + (LastParts - FirstParts) * tick * tick >= 2 * PartTicks * During.Ticks * number;

    private long Estimate(long number)
    {
        double first = (double)FirstParts, arrivals = 2.0 * number * (double)PartTicks;
        double root = Math.Sqrt(Math.Max(0, first * first + ((double)LastParts - first) * arrivals / During.Ticks));
        double ticks = first + root > 0 ? arrivals / (first + root) : 0;
        return (long)Math.Clamp(ticks, 0, During.Ticks);
    }
}
