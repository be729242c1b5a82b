namespace LoadTool;

/// <summary>The moments at which one socket is to send, in nanoseconds of its loop's clock.</summary>
internal abstract class DueMoments
{
    /// <summary>The next moment not taken; <see cref="long.MaxValue"/> when none is known.</summary>
    internal abstract long Next { get; }

    internal abstract void Take();

    /// <summary>Takes every moment before <paramref name="end"/>.</summary>
    /// <returns>How many there were.</returns>
    internal abstract long TakeBefore(long end);
}

/// <summary>A rate of the socket's own: arithmetic, no queue and no drift.</summary>
/// <param name="perSecond">The rate.</param>
/// <param name="startAt">The moment of number 0.</param>
internal sealed class EvenMoments(double perSecond, long startAt) : DueMoments
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly double _interval = NanosecondsPerSecond / perSecond;
    private long _number;

    internal override long Next => At(_number);

    internal override void Take() => _number++;

    internal override long TakeBefore(long end)
    {
        // Rounding may be off by one either way, and the moments themselves decide.
        long number = Math.Max(_number, (long)((end - startAt) / _interval) - 1);
        while (At(number) < end)
            number++;
        long taken = number - _number;
        _number = number;
        return taken;
    }

    private long At(long number) => startAt + (long)Math.Round(number * _interval);
}

/// <summary>Moments of a rate for all sockets that fell to this one: a ring of those not sent yet, which is empty but for stalls.</summary>
internal sealed class GivenMoments : DueMoments
{
    private const int FirstSlots = 4;

    private long[] _ring = new long[FirstSlots];
    private long _head;
    private long _tail;

    internal override long Next => _head == _tail ? long.MaxValue : _ring[_head & (_ring.Length - 1)];

    /// <returns>False when too many wait already.</returns>
    internal bool TryGive(long dueAt)
    {
        if (_tail - _head == MessageSchedule.MaxInFlight)
            return false;
        if (_tail - _head == _ring.Length)
            Grow();
        _ring[_tail++ & (_ring.Length - 1)] = dueAt;
        return true;
    }

    internal override void Take() => _head++;

    internal override long TakeBefore(long end)
    {
        long taken = 0;
        for (; Next < end; taken++)
            Take();
        return taken;
    }

    private void Grow()
    {
        long[] larger = new long[2 * _ring.Length];
        for (long at = _head; at < _tail; at++)
            larger[at & (larger.Length - 1)] = _ring[at & (_ring.Length - 1)];
        _ring = larger;
    }
}
