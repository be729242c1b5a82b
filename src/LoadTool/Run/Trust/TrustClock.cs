namespace LoadTool;

/// <summary>Finds steps of the wall clock: it is held against the clock that only goes forward.</summary>
internal sealed class TrustClock
{
    /// <summary>Both clocks are read within this time, or the pair says nothing.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _clock;
    private readonly long _startedAt;
    private TimeSpan? _offset;

    internal TrustClock(TimeProvider clock)
    {
        (_clock, _startedAt) = (clock, clock.GetTimestamp());
        Look();
    }

    internal int Steps { get; private set; }

    internal TimeSpan Largest { get; private set; }

    /// <summary>Compares with the last look. A clock that is only slowed or sped up moves half a millisecond per second.</summary>
    internal void Look()
    {
        TimeSpan before = _clock.GetElapsedTime(_startedAt);
        DateTimeOffset wall = _clock.GetUtcNow();
        if (_clock.GetElapsedTime(_startedAt) - before > Together)
            return;
        TimeSpan offset = new TimeSpan(wall.UtcTicks) - before;
        TimeSpan step = offset - (_offset ?? offset);
        _offset = offset;
        if (step.Duration().TotalNanoseconds < TrustRules.ClockStep)
            return;
        Steps++;
        if (step.Duration() > Largest.Duration())
            Largest = step;
    }
}
