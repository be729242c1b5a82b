using System.Text.Json;
using LoadTool.Metrics;

namespace LoadTool.Outputs.Files;

/// <summary>
/// Figures as github-action-benchmark keeps a history of: a list of name, unit and value, in one file those that are better when smaller (<c>customSmallerIsBetter</c>), in another those
/// that are better when bigger. What was not counted is left out, so that no history gets a zero that was never measured.
/// </summary>
internal static class BenchmarkFile
{
    internal const string SmallerName = "benchmark-smaller.json";
    internal const string BiggerName = "benchmark-bigger.json";

    private const double NanosecondsPerSecond = 1e9;

    internal static void WriteSmaller(Utf8JsonWriter json, RunResult result)
    {
        json.WriteStartArray();
        foreach (StepFigures step in result.Steps)
        {
            string name = NameOf(step);
            Histogram latency = step.Latency;
            if (latency.TotalCount > 0)
            {
                string extra = $"{latency.TotalCount} ok; from intended";
                Write(json, $"{name} p50", "seconds", latency.ValueAtPercentile(50) / NanosecondsPerSecond, extra);
                Write(json, $"{name} p95", "seconds", latency.ValueAtPercentile(95) / NanosecondsPerSecond, extra);
                Write(json, $"{name} p99", "seconds", latency.ValueAtPercentile(99) / NanosecondsPerSecond, extra);
            }

            if (step.OkCount + step.FailCount > 0)
                Write(json, $"{name} failures", "share", (double)step.FailCount / (step.OkCount + step.FailCount), $"{step.FailCount} failed");
        }

        json.WriteEndArray();
    }

    internal static void WriteBigger(Utf8JsonWriter json, RunResult result)
    {
        json.WriteStartArray();
        foreach (StepFigures step in result.Steps.Where(step => step.OkCount > 0 && result.Length > TimeSpan.Zero))
            Write(json, $"{NameOf(step)} rate", "per second", step.OkCount / result.Length.TotalSeconds, $"{step.OkCount} ok");
        json.WriteEndArray();
    }

    private static string NameOf(StepFigures step) => $"{VisibleText.OneLine(step.Scenario, 100)} / {VisibleText.OneLine(step.Step, 100)}";

    private static void Write(Utf8JsonWriter json, string name, string unit, double value, string extra)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("unit", unit);
        json.WriteNumber("value", value);
        json.WriteString("extra", extra);
        json.WriteEndObject();
    }
}
