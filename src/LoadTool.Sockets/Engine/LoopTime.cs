namespace LoadTool.Sockets;

/// <summary>Between nanoseconds of a loop's clock and time spans.</summary>
internal static class LoopTime
{
    /// <summary>Rounded to the 100 ns that a time span counts.</summary>
    internal static TimeSpan Span(long nanoseconds) => new((nanoseconds + 50) / TimeSpan.NanosecondsPerTick);
}
