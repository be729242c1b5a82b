namespace LoadTool;

/// <summary>
/// When iterations start (open model) or how many users run (closed model), for a stretch of time. Pure: the same plan gives the
/// same moments, whatever clock it runs on.
/// </summary>
public abstract record LoadSimulation
{
    private protected LoadSimulation(TimeSpan during)
    {
        if (during <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(during), during, "A simulation lasts longer than zero.");
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
