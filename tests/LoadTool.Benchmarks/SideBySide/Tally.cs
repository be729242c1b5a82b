using System.Diagnostics;

namespace LoadTool.Benchmarks.SideBySide;

/// <summary>Waits until all connections are open, then measures for a while. Counting takes no lock where one thread counts.</summary>
internal sealed class Tally(int connections, TimeSpan time)
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly TaskCompletionSource _allOpen = new();
    private readonly TaskCompletionSource _allWarm = new();
    private readonly long _residentBefore = Resident();
    private readonly long _started = Clock.GetTimestamp();
    private int _opened;
    private int _warm;
    private long _roundTrips;
    private double _connectSeconds;
    private double _residentPerConnection;
    private Environment.ProcessCpuUsage _before;
    private Environment.ProcessCpuUsage _after;
    private long _allocated;
    private ITimer? _end;

    public volatile bool IsRunning = true;

    public Task OpenedAsync()
    {
        if (Interlocked.Increment(ref _opened) == connections)
        {
            _connectSeconds = Clock.GetElapsedTime(_started).TotalSeconds;
            _residentPerConnection = (Resident() - _residentBefore) / (double)connections;
            _allOpen.SetResult();
        }

        return _allOpen.Task;
    }

    /// <summary>A connection has had its first round trip, which makes what is made once per connection.</summary>
    public Task WarmAsync()
    {
        if (Interlocked.Increment(ref _warm) == connections)
            Begin();
        return _allWarm.Task;
    }

    public void Count() => _roundTrips++;

    public Generation Result()
    {
        _end!.Dispose();
        return new Generation(
            _roundTrips,
            (_after.UserTime - _before.UserTime).TotalMicroseconds,
            (_after.PrivilegedTime - _before.PrivilegedTime).TotalMicroseconds,
            _connectSeconds,
            _residentPerConnection,
            _allocated);
    }

    private void Begin()
    {
        _end = Clock.CreateTimer(_ => End(), null, time, Timeout.InfiniteTimeSpan);
        _roundTrips = 0;
        _allocated = GC.GetTotalAllocatedBytes();
        _before = Environment.CpuUsage;
        _allWarm.SetResult();
    }

    private void End()
    {
        _after = Environment.CpuUsage;
        _allocated = GC.GetTotalAllocatedBytes() - _allocated;
        IsRunning = false;
    }

    internal static long Resident()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
