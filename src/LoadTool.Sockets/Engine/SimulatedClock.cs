namespace LoadTool.Sockets;

/// <summary>The clock of a simulation: it stands still while anything is done, and jumps to the next moment at which something is due. On one thread.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    /// <summary>The same for every simulation: what it writes is to be the same too.</summary>
    private static readonly DateTimeOffset Began = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TimerHeap _timers = new();
    private long _now;

    public override long TimestampFrequency => 1_000_000_000;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>When the first timer of no loop is due, or <see cref="long.MaxValue"/>.</summary>
    internal long NextDueAt => _timers.NextDueAt;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => Began + LoopTime.Span(_now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ClockTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void AdvanceTo(long moment) => _now = moment;

    /// <summary>Fires the first timer that is due.</summary>
    internal void FireNext()
    {
        if (_timers.TryTakeDue(_now, out LoopTimer timer, out long dueAt))
            timer.Fire(dueAt);
    }

    private sealed class ClockTimer(SimulatedClock clock, TimerCallback callback, object? state) : LoopTimer, ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Arm(clock._now, dueTime);
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal override void Fire(long dueAt)
        {
            // Armed first: the callback may end it.
            if (_period > TimeSpan.Zero)
                Arm(dueAt, _period);
            callback(state);
        }

        private void Arm(long from, TimeSpan time)
        {
            if (time == Timeout.InfiniteTimeSpan)
                clock._timers.Disarm(this);
            else
                clock._timers.Arm(this, from + time.Ticks * TimeSpan.NanosecondsPerTick);
        }
    }
}
