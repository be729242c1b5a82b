using System.Text.Json;
using LoadTool.Metrics;

namespace LoadTool.Outputs.Report;

/// <summary>The percentile curves of a whole run as the page reads them: the rows of a <c>.hgrm</c> file of each step, latencies in nanoseconds.</summary>
internal static class CurvesJson
{
    private const int StepsPerHalfDistance = 5;

    internal static void Write(Utf8JsonWriter json, RunResult result)
    {
        json.WriteStartArray();
        foreach (StepFigures step in result.Steps)
            WriteStep(json, "step", step.Step, step);
        foreach (StepFigures iterations in result.Iterations)
            WriteStep(json, "iterations", "", iterations);
        json.WriteEndArray();
    }

    private static void WriteStep(Utf8JsonWriter json, string kind, string name, StepFigures figures)
    {
        json.WriteStartObject();
        json.WriteString("kind", kind);
        json.WriteString("name", name);
        json.WriteString("scenario", figures.Scenario);
        Write(json, "corrected", figures.Latency);
        Write(json, "uncorrected", figures.LatencyUncorrected);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Histogram histogram)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", histogram.TotalCount);
        HistogramIterationValue[] rows = [.. histogram.Percentiles(StepsPerHalfDistance)];
        json.WriteStartArray("percentiles");
        foreach (HistogramIterationValue row in rows)
            json.WriteNumberValue(row.PercentileIteratedTo);
        json.WriteEndArray();
        json.WriteStartArray("values");
        foreach (HistogramIterationValue row in rows)
            json.WriteNumberValue(row.ValueIteratedTo);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
