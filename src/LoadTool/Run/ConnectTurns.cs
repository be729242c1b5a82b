namespace LoadTool;

/// <summary>
/// When the users of one scenario may connect: one turn per interval, handed out in the order they are asked for; turns that no one takes are lost.
/// Rule: loops take turns by exchanging <c>_next</c>, once per connection and never per message.
/// </summary>
internal sealed class ConnectTurns(double perSecond)
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly long _interval = (long)Math.Min(long.MaxValue / 4, NanosecondsPerSecond / perSecond);
    private long _next = long.MinValue;

    /// <summary>Takes the next turn.</summary>
    /// <param name="now">The moment, in nanoseconds of the loops' clock.</param>
    /// <returns>The moment of the turn, not before <paramref name="now"/>.</returns>
    internal long Take(long now)
    {
        for (long next = Volatile.Read(ref _next); ;)
        {
            long turn = Math.Max(now, next);
            long found = Interlocked.CompareExchange(ref _next, turn + _interval, next);
            if (found == next)
                return turn;
            next = found;
        }
    }
}
