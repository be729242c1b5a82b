namespace LoadTool;

/// <summary>
/// When iterations start (open model) or how many users run (closed model), for a stretch of time. Pure: the same plan gives the
/// same moments, whatever clock it runs on.
/// </summary>
public abstract record LoadSimulation
{
    /// <summary>Longest plan: timers count the days of a few years in nanoseconds, and no one waits longer for a result.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private protected LoadSimulation(TimeSpan during)
    {
        if (during <= TimeSpan.Zero || during > Longest)
            throw new ArgumentOutOfRangeException(nameof(during), during, $"A simulation lasts longer than zero and at most {Longest.Days} days.");
        During = during;
    }

    /// <summary>How long it lasts.</summary>
    public TimeSpan During { get; }

    /// <summary>Virtual users that run side by side while it lasts (closed model).</summary>
    public virtual int Copies => 0;

    /// <summary>Iterations that it starts altogether (open model).</summary>
    public virtual long Arrivals => 0;

    /// <summary>When an arrival is due, counted from the simulation's own start.</summary>
    /// <param name="arrival">Index of the arrival, from 0.</param>
    /// <exception cref="NotSupportedException">A closed model has no arrivals.</exception>
    public virtual TimeSpan DueAt(long arrival) => throw new NotSupportedException("A closed model has no arrivals.");
}
