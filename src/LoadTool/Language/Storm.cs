namespace LoadTool;

/// <summary>
/// Cuts a share of a scenario's connections at planned moments, to see how long it takes until all are back. Given with <see cref="Scenario.WithStorms"/>; it cuts the connections of
/// <see cref="VirtualUser.StayConnectedAsync"/>, which users make anew by their <see cref="ReconnectPolicy"/>.
/// </summary>
public sealed class Storm
{
    /// <summary>Moments of all storms of one scenario; each keeps figures of its own, about 25 kB per event loop.</summary>
    internal const int MaxMoments = 100;

    private readonly TimeSpan _at;
    private readonly TimeSpan? _every;
    private readonly int? _times;

    private Storm(double share, TimeSpan at, TimeSpan? every, int? times, ushort? closeCode) => (Share, _at, _every, _times, CloseCode) = (share, at, every, times, closeCode);

    /// <summary>How much of the living connections it cuts.</summary>
    internal double Share { get; }

    /// <summary>Sent in a Close frame; null aborts TCP with a RST.</summary>
    internal ushort? CloseCode { get; }

    /// <summary>True when it goes on as long as the load does.</summary>
    internal bool IsEndless => _every is not null && _times is null;

    /// <summary>Makes a storm.</summary>
    /// <param name="share">How much of the connections living at the moment are cut, above 0 and at most 1; which ones is drawn from the run's seed.</param>
    /// <param name="at">When, counted from the load's start.</param>
    /// <param name="every">And again after so long; null for once. At most 100 moments of a scenario in all.</param>
    /// <param name="times">How many times in all; null with <paramref name="every"/> goes on to the load's end.</param>
    /// <param name="closeCode">Closes in order with that code; null aborts TCP with a RST, without a word.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    /// <exception cref="ArgumentException">More than one time, and no time between them.</exception>
    public static Storm Cut(double share, TimeSpan at, TimeSpan? every = null, int? times = null, ushort? closeCode = null)
    {
        if (share is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A storm cuts a share above 0 and at most 1.");
        if (at < TimeSpan.Zero || at > LoadSimulation.Longest)
            throw new ArgumentOutOfRangeException(nameof(at), at, $"A storm comes at the load's start or later, and within {LoadSimulation.Longest.Days} days.");
        if (every <= TimeSpan.Zero || every > LoadSimulation.Longest)
            throw new ArgumentOutOfRangeException(nameof(every), every, $"The time between two storms is more than zero and at most {LoadSimulation.Longest.Days} days.");
        if (times is < 1 or > MaxMoments)
            throw new ArgumentOutOfRangeException(nameof(times), times, $"A storm comes once or more, and at most {MaxMoments} times.");
        if (times > 1 && every is null)
            throw new ArgumentException($"A storm that comes {times} times needs the time between them: every.", nameof(every));
        if (closeCode is { } code)
            LoadTool.Sockets.Protocol.CloseFrame.Validate(code, "");
        return new Storm(share, at, every, times, closeCode);
    }

    /// <summary>Its moments in a load.</summary>
    /// <param name="load">The load's length; null when nobody knows it.</param>
    internal IEnumerable<TimeSpan> Moments(TimeSpan? load)
    {
        TimeSpan at = _at;
        for (int time = 0; (load is null || at < load) && (_times is null ? _every is not null || time == 0 : time < _times); time++)
        {
            yield return at;
            at += _every ?? TimeSpan.Zero;
        }
    }
}
