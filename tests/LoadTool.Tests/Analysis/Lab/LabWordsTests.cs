using System.Text.Json;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Experiments;
using LoadTool.Analysis.Lab;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;
using LoadTool.Metrics;

namespace LoadTool.Tests.Analysis.Lab;

/// <summary>The lab's sentences follow from its figures.</summary>
public sealed class LabWordsTests
{
    private static readonly LabCell TwoWrites = new(WritePattern.WriteWriteRead, ReplyPattern.EverySecond, 32);
    private static readonly LabCell OneWrite = new(WritePattern.OneWrite, ReplyPattern.Each, 32);
    private static readonly LabCell Pipelined = new(WritePattern.Pipelined, ReplyPattern.Each, 32);

    [Theory]
    [InlineData(0.05, 44, 0, "the 43.9 ms added fit what Linux delays an ACK by, 40 ms at least")]
    [InlineData(20.2, 84, 20, "The 63.8 ms added fit a round trip (20.0 ms) and the delay of an ACK that no reply carries, which on Linux is 40 ms at least")]
    [InlineData(20.2, 40.5, 20, "which comes with the reply: the 20.3 ms added fit the round trip of 20.0 ms")]
    [InlineData(0.05, 9, 0, "The 8.95 ms added fit neither a delayed ACK nor a round trip")]
    [InlineData(20.2, 257, 20, "The 237 ms added fit neither a delayed ACK nor a round trip (20.0 ms)")]
    [InlineData(0.05, 900, 0, "The 900 ms added fit neither a delayed ACK nor a round trip")]
    public void A_wait_is_explained_by_what_its_length_fits_and_by_nothing_else(double offMilliseconds, double onMilliseconds, double roundTripMilliseconds, string expected)
    {
        LabResult result = Result(TwoWrites, offMilliseconds, onMilliseconds, segmentsOff: 1, segmentsOn: 1, roundTripMilliseconds / 1e3);

        string sentence = Assert.Single(LabWords.Of(Settings(TwoWrites), [result]));

        Assert.Contains(expected, sentence);
        Assert.Equal(!expected.Contains("neither"), sentence.Contains("The second write waits for the ACK of the first", StringComparison.Ordinal));
        Assert.EndsWith("It saves no packets for that.", sentence);
    }

    [Fact]
    public void Where_nothing_changes_it_says_so_and_why()
    {
        LabResult result = Result(OneWrite, 0.05, 0.05, segmentsOff: 1, segmentsOn: 1, roundTrip: 0);

        Assert.Equal(
            "One write, each answered: no difference in p50 that matters: 0.0 % (0.0 % to 0.0 %) with 32 B. Nothing of its own is on its way when a message is written, so nothing holds it back.",
            Assert.Single(LabWords.Of(Settings(OneWrite), [result])));
        Assert.Equal("Nagle's algorithm makes none of 1 cells slower that could be told, and saves packets in none.", LabWords.Verdict(Settings(OneWrite), [result]));
    }

    [Fact]
    public void Saved_packets_are_told_and_sizes_that_behave_alike_share_a_sentence()
    {
        LabResult small = Result(Pipelined, 0.3, 0.3, segmentsOff: 1.1, segmentsOn: 0.44, roundTrip: 0), large = Result(Pipelined with { MessageBytes = 1_024 }, 0.4, 0.4, segmentsOff: 1.2, segmentsOn: 0.6, roundTrip: 0);

        string sentence = Assert.Single(LabWords.Of(Settings(Pipelined), [small, large]));

        Assert.Contains("It saves packets: 0.44 in place of 1.10 with 32 B, 0.60 in place of 1.20 with 1 KiB per message", sentence);
        Assert.EndsWith("saves packets in 2, by up to 60.0 %.", LabWords.Verdict(Settings(Pipelined), [small, large]));
    }

    [Fact]
    public void What_cannot_be_told_is_not_told()
    {
        LabBlock block = Block(0.05, 1, messages: 2);
        LabResult result = LabResult.Of(OneWrite, [.. Enumerable.Repeat(new LabPair(block, block), 12)], minEffect: 0.05, seed: 1, roundTripSeconds: null);
        LabResult few = LabResult.Of(OneWrite, [new LabPair(Block(0.05, 1), Block(44, 1))], minEffect: 0.05, seed: 1, roundTripSeconds: null);

        Assert.All([result, few], each => Assert.Contains("not enough samples to tell whether p50 differs", Assert.Single(LabWords.Of(Settings(OneWrite), [each]))));
    }

    [Fact]
    public void A_control_counts_what_it_claims_without_a_cause()
    {
        LabSettings settings = Settings(OneWrite) with { IsControl = true };

        Assert.Equal(
            "Control, both variants alike: 6 of 6 intervals hold zero, and 0 claim a difference that matters.",
            LabWords.Verdict(settings, [Result(OneWrite, 0.05, 0.05, segmentsOff: 1, segmentsOn: 1, roundTrip: 0)]));
        Assert.DoesNotContain("ACK", Assert.Single(LabWords.Of(settings, [Result(TwoWrites, 0.05, 44, segmentsOff: 1, segmentsOn: 1, roundTrip: 0)])));
    }

    [Theory]
    [InlineData("Worse", 0.043, 0, "exchange p50 43.0 ms in place of 100 µs: the 42.9 ms added fit what Linux delays an ACK by, 40 ms at least. A write waits for the ACK of the one before it, which no reply carries.")]
    [InlineData("Worse", 0.0201, 0.02, "exchange p50 20.1 ms in place of 100 µs: the 20.0 ms added fit the round trip of 20.0 ms. A write waits for the ACK of the one before it, which comes with the reply.")]
    [InlineData("Worse", 0.0051, 0, "exchange p50 5.10 ms in place of 100 µs: the 5.00 ms added fit neither a delayed ACK nor a round trip. Where users pace themselves, a turn that is late makes the next one later.")]
    [InlineData("NoDifferenceThatMatters", 0.0001, 0, "exchange p50 100 µs in place of 100 µs: no difference that matters.")]
    [InlineData("NotEnoughSamples", 0.043, 0, "exchange p50 43.0 ms in place of 100 µs: not enough samples.")]
    public void A_scenario_of_ones_own_is_explained_step_by_step(string verdict, double on, double roundTrip, string expected)
    {
        FigureName p50 = new("exchange", FigureKind.Latency, 50);
        FigureComparison[] figures = [new(p50, 0.0001, on, null, Enum.Parse<Effect>(verdict)), new(p50 with { Percentile = 99 }, 1, 2, null, Effect.Worse), new(p50 with { Place = "gone" }, null, null, null, Effect.NotEnoughSamples)];

        Assert.Equal(expected, Assert.Single(LabWords.OfScenario(figures, roundTrip)));
    }

    [Fact]
    public void Document_and_JSON_hold_every_cell_and_nothing_for_a_figure_that_is_none()
    {
        LabBlock unknown = Block(0.05, 1) with { SegmentsSent = null, SegmentsReceived = null, ProcessorNanoseconds = null };
        LabResult stalled = Result(TwoWrites, 0.05, 44, segmentsOff: 1, segmentsOn: 1, roundTrip: 0), silent = LabResult.Of(OneWrite, [.. Enumerable.Repeat(new LabPair(unknown, unknown), 6)], 0.05, seed: 1, roundTripSeconds: null);
        LabSettings settings = Settings(TwoWrites, OneWrite);

        Document document = LabDocument.Of(settings, [stalled, silent], ["a remark"], hasDetails: true);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
            LabJson.Write(json, settings, [stalled, silent]);

        Table[] tables = [.. document.Parts.OfType<Table>()];
        Assert.Equal(1 + LabFigure.All.Count, tables.Length);
        Assert.All(tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Cells.Count)));
        Assert.Equal(["1", "32 B", "write-write-read", "every second", "× 880 worse"], tables[0].Rows[0].Cells.Take(5));
        Assert.Equal(Tone.Bad, tables[0].Rows[0].Tone);
        Assert.Contains("a remark", MarkdownText.Of(document));
        using JsonDocument read = JsonDocument.Parse(stream.ToArray());
        JsonElement cells = read.RootElement.GetProperty("cells");
        Assert.Equal(2, cells.GetArrayLength());
        Assert.Equal("worse", cells[0].GetProperty("figures").GetProperty("latency_p50_seconds").GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Null, cells[1].GetProperty("figures").GetProperty("segments_sent_per_message").GetProperty("without").ValueKind);
        Assert.Equal(JsonValueKind.Null, cells[1].GetProperty("round_trip_seconds").ValueKind);
    }

    private static LabSettings Settings(params LabCell[] cells) => new()
    {
        Cells = cells,
        Blocks = 12,
        BlockLength = TimeSpan.FromMilliseconds(250),
        Connections = 1,
        MinEffect = 0.05,
        Seed = 1,
    };

    private static LabResult Result(LabCell cell, double offMilliseconds, double onMilliseconds, double segmentsOff, double segmentsOn, double roundTrip)
    {
        int perReply = cell.MessagesPerReply;
        LabPair pair = new(Block(offMilliseconds, segmentsOff, perReply: perReply), Block(onMilliseconds, segmentsOn, perReply: perReply));
        return LabResult.Of(cell, [.. Enumerable.Repeat(pair, 12)], minEffect: 0.05, seed: 1, roundTripSeconds: roundTrip);
    }

    private static LabBlock Block(double milliseconds, double segmentsPerMessage, int messages = 1_000, int perReply = 1)
    {
        Histogram latency = new(significantDigits: 3);
        latency.RecordValueWithCount((long)(milliseconds * 1e6), messages / perReply);
        return new LabBlock
        {
            Latency = latency,
            Messages = messages,
            ConnectionSeconds = milliseconds / 1e3 * messages / perReply,
            Connections = 1,
            SegmentsSent = (long)(messages * segmentsPerMessage),
            SegmentsReceived = messages,
            ProcessorNanoseconds = messages * 5_000,
        };
    }
}
