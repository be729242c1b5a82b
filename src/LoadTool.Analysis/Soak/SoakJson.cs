using System.Text.Json;
using LoadTool.Outputs.Files;

namespace LoadTool.Analysis.Soak;

/// <summary>A long run's answer for programs: memory in bytes per minute and socket, latencies and errors as shares over the time that was judged.</summary>
internal static class SoakJson
{
    internal static void Write(Utf8JsonWriter json, SoakJudgement soak, IReadOnlyList<string> remarks)
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", 1);
        json.WriteNumber("from_seconds", soak.From);
        json.WriteNumber("to_seconds", soak.To);
        json.WriteNumber("sockets", soak.Sockets);
        json.WriteStartArray("remarks");
        foreach (string remark in remarks)
            json.WriteStringValue(remark);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (SoakFinding finding in soak.Findings)
            Write(json, finding);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SoakFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("name", finding.Name);
        json.WriteString("unit", finding.Unit switch { SoakUnit.Bytes => "bytes_per_minute_and_socket", SoakUnit.Latency => "share", _ => "share_of_attempts" });
        json.WriteString("verdict", finding.Verdict switch { SoakVerdict.Grows => "grows", SoakVerdict.Steady => "steady", _ => "not_enough_samples" });
        json.WriteNumberOrNull("growth", finding.Growth?.Estimate);
        json.WriteNumberOrNull("growth_low", finding.Growth?.Low);
        json.WriteNumberOrNull("growth_high", finding.Growth?.High);
        json.WriteNumber("matters_from", finding.Matters);
        json.WriteString("reason", finding.Reason);
        json.WriteEndObject();
    }
}
