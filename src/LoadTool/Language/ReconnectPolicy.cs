namespace LoadTool;

/// <summary>When a user whose connection broke, or could not be made, tries again; for <see cref="VirtualUser.StayConnectedAsync"/>. Each outage counts its tries anew.</summary>
public sealed class ReconnectPolicy
{
    private readonly TimeSpan _first;
    private readonly TimeSpan _max;
    private readonly double _factor;
    private readonly bool _isJittered;
    private readonly int? _attempts;

    private ReconnectPolicy(TimeSpan first, TimeSpan max, double factor, bool isJittered, int? attempts)
    {
        if (first < TimeSpan.Zero || first > LoadSimulation.Longest)
            throw new ArgumentOutOfRangeException(nameof(first), first, $"A delay before reconnecting is at least zero and at most {LoadSimulation.Longest.Days} days.");
        if (max < first || max > LoadSimulation.Longest)
            throw new ArgumentOutOfRangeException(nameof(max), max, $"The longest delay is at least the first one and at most {LoadSimulation.Longest.Days} days.");
        if (!(factor >= 1) || double.IsInfinity(factor))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "Delays grow by a factor of 1 or more.");
        if (attempts < 0)
            throw new ArgumentOutOfRangeException(nameof(attempts), attempts, "Attempts are counted from 0 on; null means without limit.");
        (_first, _max, _factor, _isJittered, _attempts) = (first, max, factor, isJittered, attempts);
    }

    /// <summary>Never: the first failure ends the iteration.</summary>
    public static ReconnectPolicy None { get; } = new(TimeSpan.Zero, TimeSpan.Zero, factor: 1, isJittered: false, attempts: 0);

    /// <summary>Always after the same time.</summary>
    /// <param name="delay">From the failure to the next attempt; zero tries at once.</param>
    /// <param name="attempts">Attempts of one outage before the user gives up and its iteration fails; null for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative or longer than 30 days, or a count is negative.</exception>
    public static ReconnectPolicy Fixed(TimeSpan delay, int? attempts = null) => new(delay, delay, factor: 1, isJittered: false, attempts);

    /// <summary>After a time that grows from attempt to attempt: all who lost their connection together try again together.</summary>
    /// <param name="first">Before the first attempt.</param>
    /// <param name="max">The longest.</param>
    /// <param name="factor">How much longer each is than the one before.</param>
    /// <param name="attempts">Attempts of one outage before the user gives up and its iteration fails; null for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is out of range, the factor below 1, or a count negative.</exception>
    public static ReconnectPolicy Exponential(TimeSpan first, TimeSpan max, double factor = 2, int? attempts = null) => new(first, max, factor, isJittered: false, attempts);

    /// <summary>After a time drawn evenly between zero and what <see cref="Exponential"/> with a factor of 2 would wait: those who lost their connection together are spread out.</summary>
    /// <param name="first">The longest before the first attempt.</param>
    /// <param name="max">The longest of all.</param>
    /// <param name="attempts">Attempts of one outage before the user gives up and its iteration fails; null for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is out of range, or a count negative.</exception>
    public static ReconnectPolicy FullJitter(TimeSpan first, TimeSpan max, int? attempts = null) => new(first, max, factor: 2, isJittered: true, attempts);

    /// <summary>How long to wait before an attempt; null to give up.</summary>
    /// <param name="attempt">Index of the attempt in its outage, from 0.</param>
    /// <param name="chance">The user's.</param>
    internal TimeSpan? DelayBefore(int attempt, Random chance)
    {
        if (attempt >= _attempts)
            return null;

        // A power that overflows is infinite, and the longest delay is less.
        double ticks = Math.Min(_max.Ticks, _first.Ticks * Math.Pow(_factor, attempt));
        if (_first == TimeSpan.Zero)
            ticks = 0;
        return new TimeSpan((long)Math.Round(_isJittered ? ticks * chance.NextDouble() : ticks));
    }
}
