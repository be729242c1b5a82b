namespace LoadTool;

/// <summary>
/// When iterations start (open model) or how many users run (closed model), for a stretch of time. Pure: the same plan and the same
/// seed give the same moments, whatever clock it runs on, and the moment of one arrival needs none of those before it.
/// </summary>
public abstract record LoadSimulation
{
    /// <summary>Longest plan: timers count the days of a few years in nanoseconds, and no one waits longer for a result.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private protected LoadSimulation(TimeSpan during)
    {
        if (during <= TimeSpan.Zero || during > Longest)
            throw new ArgumentOutOfRangeException(nameof(during), during, $"A simulation lasts longer than zero and at most {Longest.Days} days; without an end there is no result.");
        During = during;
    }

    /// <summary>How long it lasts; at most so long when it ends with its iterations.</summary>
    public TimeSpan During { get; }

    /// <summary>Most virtual users that run side by side while it lasts (closed model).</summary>
    internal virtual int Copies => 0;

    /// <summary>Numbers of the iterations that it starts altogether (open model): from 0 to one less than this.</summary>
    internal virtual long Arrivals => 0;

    /// <summary>Iterations that all its users start together before they end, or null when only time ends it.</summary>
    internal virtual long? Iterations => null;

    /// <summary>Users at its end, where a ramp of users that follows begins.</summary>
    internal virtual int LastCopies => 0;

    /// <summary>Iterations per so many ticks at its end, where a ramp of arrivals that follows begins.</summary>
    internal virtual (long Rate, long PerTicks) LastRate => (0, 1);

    /// <summary>This simulation in its place in a plan: ramps begin where the one before ended, and chance is the run's.</summary>
    /// <param name="previous">The simulation before it, in its place; null at the plan's start.</param>
    /// <param name="seed">Of all chance in this simulation.</param>
    internal virtual LoadSimulation After(LoadSimulation? previous, long seed) => this;

    /// <summary>The part of one of the scenarios that share this simulation by weight.</summary>
    /// <param name="share">Its weight among all.</param>
    /// <param name="seed">Of the chance that gives each arrival to one of them.</param>
    internal virtual LoadSimulation PartOf(WeightShare share, long seed) => new WeightedArrivals(this, share, seed);

    /// <summary>This simulation with so many times its arrivals, or users, all else being equal; one that ends with its iterations stays as it is.</summary>
    /// <param name="factor">From 0.</param>
    internal virtual LoadSimulation Scaled(double factor) => this;

    /// <summary>When an arrival is due, counted from the simulation's own start; never earlier than one of a smaller number.</summary>
    /// <param name="number">Number of the arrival, from 0.</param>
    /// <returns>Null when chance left this number out.</returns>
    /// <exception cref="NotSupportedException">A closed model has no arrivals.</exception>
    internal virtual TimeSpan? DueAt(long number) => throw new NotSupportedException("A closed model has no arrivals.");

    /// <summary>The next number for one of several who share the arrivals by number; may pass over numbers that chance left out.</summary>
    /// <param name="number">The last number.</param>
    /// <param name="sharers">Count of those who share.</param>
    internal virtual long Next(long number, int sharers) => number + sharers;

    /// <summary>Users that run at a moment (closed model).</summary>
    /// <param name="elapsed">Time since the simulation's start, from zero to <see cref="During"/>.</param>
    internal virtual int CopiesAt(TimeSpan elapsed) => Copies;

    /// <summary>The next moment at which <see cref="CopiesAt"/> changes, or null when it does not.</summary>
    /// <param name="elapsed">Looked for after this moment.</param>
    internal virtual TimeSpan? NextChange(TimeSpan elapsed) => null;

    /// <summary>A rate in whole numbers, at 1,000 intervals where one would not be exact enough.</summary>
    private protected static (int Rate, TimeSpan Interval) Scaled(int rate, TimeSpan interval, double factor)
    {
        const int Fine = 1_000;
        double scaled = rate * factor;
        return scaled < int.MaxValue / Fine && scaled != Math.Round(scaled) && interval < TimeSpan.MaxValue / Fine
            ? ((int)Math.Round(scaled * Fine), interval * Fine)
            : ((int)Math.Min(int.MaxValue, Math.Round(scaled)), interval);
    }

    /// <summary>Users in whole numbers; of some there remains one, unless there are to be none.</summary>
    private protected static int Scaled(int copies, double factor) =>
        copies == 0 || factor == 0 ? 0 : (int)Math.Clamp(Math.Round(copies * factor), 1, int.MaxValue);

    /// <summary>Refuses a rate that is none, and an interval that is none.</summary>
    private protected static void CheckRate(int rate, TimeSpan interval, int least, string name = "rate")
    {
        if (rate < least)
            throw new ArgumentOutOfRangeException(name, rate, $"A rate is at least {least} per interval.");
        if (interval <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "A rate needs an interval longer than zero.");
    }

    /// <summary>Refuses a number of users that is none.</summary>
    private protected static void CheckCopies(int copies, int least)
    {
        if (copies < least)
            throw new ArgumentOutOfRangeException(nameof(copies), copies, $"Virtual users are at least {least}.");
    }
}
