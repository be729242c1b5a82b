namespace LoadTool;

/// <summary>
/// One moment of a storm, the same for all loops of a scenario. Rule: each loop adds its connections once, with one interlocked addition; what each cuts follows from the sums before and after,
/// so that together they cut exactly the share, whoever comes first.
/// </summary>
/// <param name="storm">The storm.</param>
/// <param name="number">Index among the scenario's moments, from 0.</param>
/// <param name="at">Since the load's start.</param>
internal sealed class Strike(Storm storm, int number, TimeSpan at)
{
    private long _living;
    private int _loops;

    internal Storm Storm => storm;

    internal int Number => number;

    internal TimeSpan At => at;

    /// <summary>All moments of a scenario's storms within its load, in order.</summary>
    internal static Strike[] Of(Scenario scenario, TimeSpan limit)
    {
        TimeSpan? length = LoadPlan.Length(scenario.Simulations);
        if (length is null || limit < length)
            length = limit < TimeSpan.MaxValue ? limit : length;
        return [.. scenario.Storms
            .SelectMany(storm => storm.Moments(length).Take(Storm.MaxMoments).Select(at => (Storm: storm, At: at)))
            .OrderBy(moment => moment.At)
            .Select((moment, index) => new Strike(moment.Storm, index, moment.At))];
    }

    /// <summary>How many a loop is to cut of its connections.</summary>
    /// <param name="living">How many it has.</param>
    internal int TakeShare(int living)
    {
        long after = Interlocked.Add(ref _living, living);
        return (int)(Cut(after) - Cut(after - living));
    }

    /// <summary>What all loops had and cut, for the last of them to say; null for the others.</summary>
    internal (long Living, long Cut)? Arrive(int loops) =>
        Interlocked.Increment(ref _loops) == loops ? (Volatile.Read(ref _living), Cut(Volatile.Read(ref _living))) : null;

    private long Cut(long living) => (long)Math.Round(storm.Share * living, MidpointRounding.AwayFromZero);
}
