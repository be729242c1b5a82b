using LoadTool.Analysis.Experiments;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Analysis.Lab;

/// <summary>What was seen, in sentences: each says figures of this run, and what they fit.</summary>
internal static class LabWords
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>The answer in one sentence.</summary>
    internal static string Verdict(LabSettings settings, IReadOnlyList<LabResult> results)
    {
        if (settings.IsControl)
            return Control(results);
        LabResult[] slower = [.. results.Where(result => LabWait.Of(result).Seconds > 0).OrderByDescending(result => LabWait.Of(result).Seconds)];
        LabComparison[] saved = [.. results.Select(result => result[LabFigure.SegmentsSent]).Where(packets => packets.Verdict == Effect.Better)];
        string slow = slower.Length == 0
            ? $"Nagle's algorithm makes none of {results.Count} cells slower that could be told"
            : $"Nagle's algorithm makes {slower.Length} of {results.Count} cells slower, most of all {Name(slower[0].Cell)} with {LabText.Bytes(slower[0].Cell.MessageBytes)} ({Rise(slower[0])})";
        return saved.Length == 0 ? $"{slow}, and saves packets in none." : $"{slow}; it saves packets in {saved.Length}, by up to {LabText.Difference(-saved.Min(packets => packets.Difference!.Value.Estimate)).TrimStart('+')}.";
    }

    /// <summary>One sentence or more for each way of using a connection, over its sizes.</summary>
    internal static IReadOnlyList<string> Of(LabSettings settings, IReadOnlyList<LabResult> results) => settings.IsControl
        ? ["Nagle's algorithm was off in both variants. What is claimed here all the same is chance, or a machine that did something else meanwhile."]
        : [.. results.GroupBy(result => (result.Cell.Writes, result.Cell.Replies)).SelectMany(group => Of([.. group]))];

    /// <summary>Of a script's own scenario: what fits the time that a step's p50 grew by.</summary>
    /// <param name="figures">Of all its steps, with Nagle's algorithm off and on.</param>
    /// <param name="roundTripSeconds">Of the network; 0 where it is not known.</param>
    internal static IReadOnlyList<string> OfScenario(IReadOnlyList<FigureComparison> figures, double roundTripSeconds) =>
        [.. figures.Where(figure => figure.Name is { Kind: FigureKind.Latency, Percentile: 50 } && figure.Base is not null && figure.New is not null).Select(figure => Of(figure, roundTripSeconds))];

    private static string Of(FigureComparison figure, double roundTripSeconds)
    {
        string values = $"{figure.Name} {figure.Name.Text(figure.New!.Value)} in place of {figure.Name.Text(figure.Base!.Value)}";
        if (figure.Verdict != Effect.Worse)
            return $"{values}: {Effects.Word(figure.Verdict)}.";
        LabWait wait = LabWait.Of(figure.New.Value - figure.Base.Value, roundTripSeconds);
        string added = figure.Name.Text(wait.Seconds), trip = figure.Name.Text(roundTripSeconds);
        return wait.Cause switch
        {
            LabCause.DelayedAck when roundTripSeconds > 0 => $"{values}: the {added} added fit a round trip ({trip}) and the delay of an ACK that no reply carries, which on Linux is 40 ms at least. A write waits for the ACK of the one before it.",
            LabCause.DelayedAck => $"{values}: the {added} added fit what Linux delays an ACK by, 40 ms at least. A write waits for the ACK of the one before it, which no reply carries.",
            LabCause.RoundTrip => $"{values}: the {added} added fit the round trip of {trip}. A write waits for the ACK of the one before it, which comes with the reply.",
            _ => $"{values}: the {added} added fit neither a delayed ACK nor a round trip. Where users pace themselves, a turn that is late makes the next one later.",
        };
    }

    private static string Control(IReadOnlyList<LabResult> results)
    {
        LabComparison[] all = [.. results.SelectMany(result => result.Comparisons).Where(comparison => comparison.Difference is not null)];
        int held = all.Count(comparison => comparison.Difference!.Value.Holds(0)), claims = all.Count(comparison => comparison.Verdict is Effect.Better or Effect.Worse);
        return $"Control, both variants alike: {held} of {all.Length} intervals hold zero, and {claims} claim a difference that matters.";
    }

    /// <summary>Cells that behave alike share a sentence.</summary>
    private static IEnumerable<string> Of(LabResult[] sizes)
    {
        foreach (IGrouping<(string, string), LabResult> alike in sizes.GroupBy(result => (result.Cell.WritesText, Behaviour(result))))
        {
            LabResult[] cells = [.. alike];
            yield return $"{Capital(Name(cells[0].Cell))}: {Latency(cells).TrimEnd()}{Packets(cells)}";
        }
    }

    private static string Behaviour(LabResult result) => LabWait.Of(result) is { Seconds: > 0, Cause: var cause }
        ? $"{cause} {result[LabFigure.SegmentsSent].Verdict}"
        : $"{result[LabFigure.LatencyP50].Verdict} {result[LabFigure.SegmentsSent].Verdict}";

    private static string Latency(LabResult[] cells)
    {
        LabWait longest = cells.Select(LabWait.Of).MaxBy(wait => wait.Seconds);
        if (longest.Seconds > 0)
            return $"{Rises(cells)}. {Why(longest, cells[0])}";
        return cells[0][LabFigure.LatencyP50].Verdict switch
        {
            Effect.Better => $"faster, {Rises(cells)}. {NothingWaits(cells[0])}",
            Effect.NoDifferenceThatMatters => $"no difference in p50 that matters: {Each(cells, P50)}. {NothingWaits(cells[0])}",
            _ => $"not enough samples to tell whether p50 differs: {Each(cells, P50)}.",
        };
    }

    /// <summary>What the time that was added fits; nothing is claimed of a time that fits nothing.</summary>
    private static string Why(LabWait wait, LabResult result)
    {
        string added = Units.Duration(wait.Seconds * NanosecondsPerSecond), roundTrip = Units.Duration((result.RoundTripSeconds ?? 0) * NanosecondsPerSecond);
        string who = result.Cell.Writes == WritePattern.WriteWriteRead ? "The second write waits for the ACK of the first" : "A write waits for the ACK of what was sent before it";
        return wait.Cause switch
        {
            LabCause.DelayedAck when result.RoundTripSeconds >= 0.001 =>
                $"{who}. The {added} added fit a round trip ({roundTrip}) and the delay of an ACK that no reply carries, which on Linux is 40 ms at least.",
            LabCause.DelayedAck => $"{who}, and the other end delays that ACK, because it has no reply to send it with: the {added} added fit what Linux delays an ACK by, 40 ms at least.",
            LabCause.RoundTrip => $"{who}, which comes with the reply: the {added} added fit the round trip of {roundTrip}.",
            _ => $"The {added} added fit neither a delayed ACK nor a round trip ({roundTrip}).",
        };
    }

    /// <summary>Of a cell that is not slower, what its pattern explains.</summary>
    private static string NothingWaits(LabResult result) => result.Cell.Writes switch
    {
        WritePattern.OneWrite => "Nothing of its own is on its way when a message is written, so nothing holds it back.",
        WritePattern.WriteWriteRead when result.Cell.Replies == ReplyPattern.Each => "Nothing stalls, because the reply to the first message brings its ACK along.",
        WritePattern.CorkedBatch => "The messages leave in one write, with nothing unacknowledged before it.",
        _ => "",
    };

    private static string Packets(LabResult[] cells) => cells[0][LabFigure.SegmentsSent].Verdict switch
    {
        Effect.Better => $" It saves packets: {Each(cells, PerMessage)} per message, because what waits leaves together.",
        Effect.Worse => $" It takes more packets: {Each(cells, PerMessage)} per message.",
        Effect.NoDifferenceThatMatters when LabWait.Of(cells[0]).Seconds > 0 => " It saves no packets for that.",
        _ => "",
    };

    private static string PerMessage(LabResult result) => InPlace(result[LabFigure.SegmentsSent]);

    private static string P50(LabResult result) => LabText.Difference(result[LabFigure.LatencyP50].Difference);

    private static string Rises(LabResult[] cells) => $"{Shown(cells[0]).Figure.Name} {Each(cells, cell => InPlace(Shown(cell)))}";

    private static string Rise(LabResult result) => $"{Shown(result).Figure.Name} {InPlace(Shown(result))}";

    /// <summary>What tells that a cell is slower.</summary>
    private static LabComparison Shown(LabResult result) => result[result[LabFigure.LatencyP50].Verdict == Effect.NotEnoughSamples ? LabFigure.Rate : LabFigure.LatencyP50];

    private static string InPlace(LabComparison comparison) => $"{LabText.Value(comparison.Figure, comparison.On)} in place of {LabText.Value(comparison.Figure, comparison.Off)}";

    /// <summary>What is to be said of each size.</summary>
    private static string Each(LabResult[] cells, Func<LabResult, string> text) =>
        string.Join(", ", cells.Select(cell => $"{text(cell)} with {LabText.Bytes(cell.Cell.MessageBytes)}"));

    private static string Name(LabCell cell) => $"{cell.WritesText}, {(cell.Replies == ReplyPattern.EverySecond ? "every second" : "each")} answered{(cell.Replies == ReplyPattern.Large ? " with 16 KiB" : "")}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
