using System.Text.Json;
using LoadTool.Outputs;
using LoadTool.Outputs.Files;

namespace LoadTool.Analysis.Experiments;

/// <summary><c>experiment.json</c>: the plan, beside the runs it made, so that they can be judged again.</summary>
internal static class ExperimentFile
{
    internal const string FileName = "experiment.json";

    private const int SchemaVersion = 1;

    internal static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <exception cref="IOException">It cannot be written.</exception>
    internal static void Write(string folder, ExperimentPlan plan) => JsonFile.Write(Path.Combine(folder, FileName), json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", SchemaVersion);
        json.WriteString("script", plan.Script);
        json.WriteString("vary", plan.Name);
        json.WriteStartArray("values");
        foreach (string value in plan.Values)
            json.WriteStringValue(value);
        json.WriteEndArray();
        json.WriteStartArray("blocks");
        foreach (IReadOnlyList<int> block in plan.Blocks)
        {
            json.WriteStartArray();
            foreach (int value in block)
                json.WriteNumberValue(value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumber("seed", plan.Seed);
        json.WriteNumber("min_effect", plan.MinEffect);
        json.WriteEndObject();
    });

    /// <exception cref="IOException">There is none, or it is damaged.</exception>
    internal static ExperimentPlan Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            JsonElement json = JsonElement.Parse(File.ReadAllText(path));
            if (json.GetProperty("schema_version").GetInt32() > SchemaVersion)
                throw new IOException($"{VisibleText.OneLine(path)} was written by a newer LoadTool: read it with that one");
            string[] values = [.. json.GetProperty("values").EnumerateArray().Select(value => value.GetString()!)];
            int[][] blocks = [.. json.GetProperty("blocks").EnumerateArray().Select(block => block.EnumerateArray().Select(value => value.GetInt32()).ToArray())];
            if (values.Length < 2 || blocks.Any(block => !block.Order().SequenceEqual(Enumerable.Range(0, values.Length))))
                throw new FormatException("a block does not have each variant once");
            return new ExperimentPlan(json.GetProperty("script").GetString()!, json.GetProperty("vary").GetString()!, values, blocks, json.GetProperty("seed").GetInt64(), json.GetProperty("min_effect").GetDouble());
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new IOException($"{VisibleText.OneLine(path)} is damaged: {VisibleText.OneLine(error.Message, 200)}", error);
        }
    }
}
