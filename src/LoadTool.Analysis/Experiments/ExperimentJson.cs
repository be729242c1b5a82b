using System.Text.Json;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs.Files;

namespace LoadTool.Analysis.Experiments;

/// <summary>A comparison for programs: times in seconds, differences and errors as shares.</summary>
internal static class ExperimentJson
{
    internal static void Write(Utf8JsonWriter json, IReadOnlyList<ExperimentResult> results, double minEffect, IReadOnlyList<string> remarks)
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", 1);
        json.WriteNumber("min_effect", minEffect);
        json.WriteStartArray("remarks");
        foreach (string remark in remarks)
            json.WriteStringValue(remark);
        json.WriteEndArray();
        json.WriteStartArray("comparisons");
        foreach (ExperimentResult result in results)
            Write(json, result);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ExperimentResult result)
    {
        json.WriteStartObject();
        json.WriteString("base", result.Base);
        json.WriteString("new", result.New);
        json.WriteStartArray("figures");
        foreach (FigureComparison figure in result.Figures)
        {
            json.WriteStartObject();
            json.WriteString("figure", figure.Name.ToString());
            json.WriteNumberOrNull("base", figure.Base);
            json.WriteNumberOrNull("new", figure.New);
            json.WriteNumberOrNull("difference", figure.Change?.Estimate);
            json.WriteNumberOrNull("difference_low", figure.Change?.Low);
            json.WriteNumberOrNull("difference_high", figure.Change?.High);
            json.WriteString("verdict", Effects.Word(figure.Verdict));
            json.WriteString("reason", figure.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
