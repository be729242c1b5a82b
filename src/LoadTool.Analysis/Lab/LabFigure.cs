using System.Globalization;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Analysis.Lab;

/// <summary>What is compared, and how many samples that takes.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="Key">As JSON has it, its unit at the end.</param>
/// <param name="LowerIsBetter">False where more is better.</param>
/// <param name="Least">How many samples both blocks of a pair need, or the figure says nothing.</param>
/// <param name="Samples">How many samples a block has of it.</param>
/// <param name="Value">The figure of a block; null where it is not known.</param>
/// <param name="Text">A value of it, with its unit.</param>
internal sealed record LabFigure(string Name, string Key, bool LowerIsBetter, long Least, Func<LabBlock, long> Samples, Func<LabBlock, double?> Value, Func<double, string> Text)
{
    private const double NanosecondsPerSecond = 1e9;

    internal static readonly LabFigure LatencyP50 = new("p50", "latency_p50_seconds", LowerIsBetter: true, Least: 5, block => block.Replies, block => Percentile(block, 50), Duration);

    /// <summary>With a hundred values the largest is the only one past it: less says nothing of a 99th percentile.</summary>
    internal static readonly LabFigure LatencyP99 = new("p99", "latency_p99_seconds", LowerIsBetter: true, Least: 100, block => block.Replies, block => Percentile(block, 99), Duration);

    internal static readonly LabFigure Rate = new(
        "messages/s", "messages_per_second", LowerIsBetter: false, Least: 5, block => block.Messages, block => block.Messages * block.Connections / block.ConnectionSeconds, Units.PerSecond);

    /// <summary>A waiting loop wakes now and then, which would be shared out among few messages.</summary>
    internal static readonly LabFigure Processor = new(
        "CPU", "cpu_seconds_per_message", LowerIsBetter: true, Least: 200, block => block.Messages, block => block.ProcessorNanoseconds / NanosecondsPerSecond / block.Messages, Duration);

    /// <summary>Per message, as the next.</summary>
    internal static readonly LabFigure SegmentsSent = new(
        "packets out", "segments_sent_per_message", LowerIsBetter: true, Least: 5, block => block.Messages, block => (double?)block.SegmentsSent / block.Messages, Packets);

    internal static readonly LabFigure SegmentsReceived = new(
        "packets in", "segments_received_per_message", LowerIsBetter: true, Least: 5, block => block.Messages, block => (double?)block.SegmentsReceived / block.Messages, Packets);

    internal static readonly IReadOnlyList<LabFigure> All = [LatencyP50, LatencyP99, Rate, Processor, SegmentsSent, SegmentsReceived];

    private static string Duration(double seconds) => Units.Duration(seconds * NanosecondsPerSecond);

    private static string Packets(double count) => count.ToString("0.00", CultureInfo.InvariantCulture);

    private static double Percentile(LabBlock block, double percentile) => block.Latency.ValueAtPercentile(percentile) / NanosecondsPerSecond;
}
