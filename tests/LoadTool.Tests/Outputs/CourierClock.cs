using System.Threading.Channels;

namespace LoadTool.Tests.Outputs;

/// <summary>A clock that moves when told to, for work on other threads: a test hears of every wait that begins on it.</summary>
internal sealed class CourierClock : TimeProvider
{
    private readonly List<Alarm> _armed = [];
    private readonly Channel<TimeSpan> _begun = Channel.CreateUnbounded<TimeSpan>();
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_armed)
            return _now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Alarm alarm = new(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>The next wait that begins, or began and was not asked for.</summary>
    internal async Task<TimeSpan> NextWaitAsync(TimeSpan otherThan = default)
    {
        while (true)
        {
            TimeSpan wait = await _begun.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            if (wait != otherThan)
                return wait;
        }
    }

    internal void Advance(TimeSpan by)
    {
        Alarm[] due;
        lock (_armed)
        {
            _now += by;
            due = [.. _armed.Where(alarm => alarm.DueAt <= _now).OrderBy(alarm => alarm.DueAt)];
            _armed.RemoveAll(due.Contains);
        }

        foreach (Alarm alarm in due)
            alarm.Ring();
    }

    private sealed class Alarm(CourierClock clock, Action ring) : ITimer
    {
        internal TimeSpan DueAt { get; private set; }

        internal Action Ring => ring;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._armed)
            {
                clock._armed.Remove(this);
                if (dueTime < TimeSpan.Zero)
                    return true;
                DueAt = clock._now + dueTime;
                clock._armed.Add(this);
            }

            clock._begun.Writer.TryWrite(dueTime);
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
