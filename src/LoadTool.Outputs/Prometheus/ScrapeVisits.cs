namespace LoadTool.Outputs.Prometheus;

/// <summary>When a scraper came, and so when it will come again. Visits are told on any thread.</summary>
internal sealed class ScrapeVisits(TimeProvider clock)
{
    /// <summary>A scraper that is a little late is still waited for.</summary>
    private const double Patience = 1.5;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _last = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _before;
    private long? _latest;
    private bool _hasEnded;

    /// <summary>A scraper has been given its answer.</summary>
    internal void Add()
    {
        lock (_lock)
        {
            (_before, _latest) = (_latest, clock.GetTimestamp());
            if (_hasEnded)
                _last.TrySetResult();
        }
    }

    /// <summary>From now on the answer is the final one.</summary>
    internal void End()
    {
        lock (_lock)
            _hasEnded = true;
    }

    /// <summary>How long the next visit is to be waited for: not at all where nobody comes regularly.</summary>
    internal TimeSpan Expected(TimeSpan longest)
    {
        lock (_lock)
        {
            if (!_hasEnded || _before is not { } before || _latest is not { } latest)
                return TimeSpan.Zero;
            TimeSpan left = (clock.GetElapsedTime(before, latest) * Patience) - clock.GetElapsedTime(latest);
            return left < TimeSpan.Zero ? TimeSpan.Zero : left < longest ? left : longest;
        }
    }

    /// <summary>Waits until the final answer was fetched, or nobody is to be expected any more.</summary>
    internal void WaitForLast(TimeSpan longest)
    {
        TimeSpan wait = Expected(longest);
        if (wait > TimeSpan.Zero)
            Task.WhenAny(_last.Task, Task.Delay(wait, clock)).Wait();
    }
}
