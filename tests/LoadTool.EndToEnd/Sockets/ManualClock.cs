namespace LoadTool.EndToEnd.Sockets;

/// <summary>A clock that moves only when told to. A loop that waits notices at its next turn.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _nanoseconds;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Volatile.Read(ref _nanoseconds);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _nanoseconds, (long)by.TotalNanoseconds);
}
