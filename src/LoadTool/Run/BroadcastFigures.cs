using LoadTool.Metrics;

namespace LoadTool;

/// <summary>What a <see cref="Broadcast"/> counted, over an interval or over the whole run. Latencies are in nanoseconds from the moment in the marker.</summary>
/// <param name="Name">The broadcast's name.</param>
/// <param name="Sent">Messages announced.</param>
/// <param name="Reached">Deliveries in time: one for each receiver that was there when the message was sent, and that got it.</param>
/// <param name="Late">Deliveries past the broadcast's patience; not among the lost.</param>
/// <param name="Lost">Deliveries that never came to receivers that stayed for as long as the patience. Over an interval less than zero when more came late than were lost.</param>
/// <param name="Duplicates">Deliveries of what a receiver had before.</param>
/// <param name="OutOfOrder">Deliveries after a later message of the same sender; they are among the deliveries too. Of the first 1,000 senders.</param>
/// <param name="First">Latency to the first receiver of each message that reached any.</param>
/// <param name="Median">Latency to the receiver in the middle.</param>
/// <param name="Last">Latency to the last receiver that was reached in time.</param>
/// <param name="Deliveries">Latency of every delivery, late ones too.</param>
public sealed record BroadcastFigures(
    string Name,
    long Sent,
    long Reached,
    long Late,
    long Lost,
    long Duplicates,
    long OutOfOrder,
    Histogram First,
    Histogram Median,
    Histogram Last,
    Histogram Deliveries)
{
    /// <summary>Deliveries that there should have been.</summary>
    public long Expected => Reached + Late + Lost;
}
