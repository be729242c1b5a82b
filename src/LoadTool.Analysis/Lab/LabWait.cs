using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Lab;

/// <summary>How much longer a cell's exchanges take with Nagle's algorithm, and what that time is made of.</summary>
/// <param name="Seconds">The time added; zero where the cell is not slower.</param>
/// <param name="Cause">What fits it.</param>
internal readonly record struct LabWait(double Seconds, LabCause Cause)
{
    /// <summary>Linux delays an ACK by 40 ms at least (TCP_DELACK_MIN), and by no more than that or a round trip; its timers tick in between, and a machine may be busy.</summary>
    private const double DelayedAckLeast = 0.035, DelayedAckMost = 0.06, RoundTripsMost = 1.5;

    /// <summary>On loopback everything is a round trip: below this a round trip explains nothing.</summary>
    private const double RoundTripLeast = 0.001;

    /// <summary>Reads a cell's figures.</summary>
    internal static LabWait Of(LabResult result)
    {
        LabComparison p50 = result[LabFigure.LatencyP50], rate = result[LabFigure.Rate];
        if (p50.Verdict != Effect.Worse && rate.Verdict != Effect.Worse || p50.Off is null || p50.On is null)
            return default;

        // Replies that carry an ACK wait less than those that do not, and a median is one or the other; the time of a whole exchange has both.
        double seconds = result.Cell.Writes == WritePattern.Pipelined || rate.Verdict != Effect.Worse
            ? p50.On.Value - p50.Off.Value
            : result.Cell.MessagesPerBurst * (SecondsPerMessage(result.On) - SecondsPerMessage(result.Off));
        return Of(seconds, result.RoundTripSeconds ?? 0);
    }

    /// <summary>What a time that was added fits.</summary>
    internal static LabWait Of(double seconds, double roundTrip) => new(seconds, CauseOf(seconds, roundTrip));

    private static double SecondsPerMessage(LabBlock block) => block.ConnectionSeconds / block.Messages;

    private static LabCause CauseOf(double seconds, double roundTrip) => seconds switch
    {
        _ when seconds - roundTrip is >= DelayedAckLeast and var delay && delay <= Math.Max(DelayedAckMost, RoundTripsMost * roundTrip) => LabCause.DelayedAck,
        _ when roundTrip >= RoundTripLeast && seconds >= 0.5 * roundTrip && seconds <= 1.5 * roundTrip => LabCause.RoundTrip,
        _ => LabCause.Other,
    };
}
