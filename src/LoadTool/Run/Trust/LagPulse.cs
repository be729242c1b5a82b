namespace LoadTool;

/// <summary>
/// A thread that does nothing but look at the clock: it tells a process that stood still from a loop that did. It costs a hundred short wake-ups per second.
/// </summary>
internal sealed class LagPulse : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly Func<long> _now;
    private readonly long _startedAt;
    private readonly ManualResetEvent _end = new(initialState: false);
    private readonly Thread _thread;

    // Milliseconds since the start: of the last look in the low half, of all delays so far in the high half. Rule: the pulse's thread alone writes;
    // one word, so that whoever reads has both of the same moment. Good for 24 days.
    private long _state;

    /// <param name="now">The moment in nanoseconds, as the loops count it.</param>
    internal LagPulse(Func<long> now)
    {
        (_now, _startedAt) = (now, now());
        _thread = new Thread(Beat) { Name = "pulse", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Nanoseconds by which this thread has come late to its looks, the one now missing included.</summary>
    internal long StalledUntil(long now)
    {
        long state = Volatile.Read(ref _state);
        long silent = Milliseconds(now) - (int)state - (long)Interval.TotalMilliseconds;
        return ((state >> 32) + Math.Max(0, silent)) * 1_000_000;
    }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
    }

    private long Milliseconds(long now) => (now - _startedAt) / 1_000_000;

    private void Beat()
    {
        long stalled = 0, last = 0;
        while (!_end.WaitOne(Interval))
        {
            long now = Milliseconds(_now());
            stalled += Math.Max(0, now - last - (long)Interval.TotalMilliseconds);
            last = now;
            Volatile.Write(ref _state, stalled << 32 | (uint)(int)last);
        }
    }
}
