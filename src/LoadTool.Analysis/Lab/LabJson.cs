using System.Text.Json;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs.Files;

namespace LoadTool.Analysis.Lab;

/// <summary>What the lab says, for programs: seconds and bytes as base units, null where there is no figure.</summary>
internal static class LabJson
{
    internal static void Write(Utf8JsonWriter json, LabSettings settings, IReadOnlyList<LabResult> results)
    {
        json.WriteStartObject();
        json.WriteString("lab", "nagle");
        json.WriteString("verdict", LabWords.Verdict(settings, results));
        json.WriteNumber("seed", settings.Seed);
        json.WriteNumber("blocks", settings.Blocks);
        json.WriteNumber("block_seconds", settings.BlockLength.TotalSeconds);
        json.WriteNumber("connections", settings.Connections);
        json.WriteNumber("min_effect", settings.MinEffect);
        json.WriteString("via", settings.Via);
        json.WriteBoolean("control", settings.IsControl);
        json.WriteStartArray("seen");
        foreach (string sentence in LabWords.Of(settings, results))
            json.WriteStringValue(sentence);
        json.WriteEndArray();
        json.WriteStartArray("cells");
        foreach (LabResult result in results)
            Write(json, result);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LabResult result)
    {
        json.WriteStartObject();
        json.WriteString("writes", NameOf(result.Cell.Writes));
        json.WriteString("replies", NameOf(result.Cell.Replies));
        json.WriteNumber("message_bytes", result.Cell.MessageBytes);
        json.WriteNumber("messages_per_burst", result.Cell.MessagesPerBurst);
        json.WriteNumber("messages_without", result.Off.Messages);
        json.WriteNumber("messages_with", result.On.Messages);
        json.WriteNumberOrNull("round_trip_seconds", result.RoundTripSeconds);
        json.WriteStartObject("figures");
        foreach (LabComparison comparison in result.Comparisons)
            Write(json, comparison);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LabComparison comparison)
    {
        json.WriteStartObject(comparison.Figure.Key);
        json.WriteNumberOrNull("without", comparison.Off);
        json.WriteNumberOrNull("with", comparison.On);
        json.WriteNumberOrNull("difference", comparison.Difference?.Estimate);
        json.WriteNumberOrNull("low", comparison.Difference?.Low);
        json.WriteNumberOrNull("high", comparison.Difference?.High);
        json.WriteString("verdict", Effects.Word(comparison.Verdict));
        json.WriteEndObject();
    }

    /// <summary>As options name it: <c>write-write-read</c>.</summary>
    internal static string NameOf(WritePattern pattern) => pattern switch
    {
        WritePattern.OneWrite => "one-write",
        WritePattern.WriteWriteRead => "write-write-read",
        WritePattern.Pipelined => "pipelined",
        _ => "batch",
    };

    private static string NameOf(ReplyPattern pattern) => pattern switch
    {
        ReplyPattern.Each => "each",
        ReplyPattern.EverySecond => "every-second",
        _ => "large",
    };
}
