using System.Text.Json;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Outputs.Files;

namespace LoadTool.Analysis.Gates;

/// <summary>A gate's answer for programs: seconds, rates per second, shares of 1.</summary>
internal static class GateJson
{
    internal const int SchemaVersion = 1;

    internal static void Write(Utf8JsonWriter json, GateJudgement gate, IReadOnlyList<FigureChange> changes)
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", SchemaVersion);
        json.WriteString("verdict", NameOf(gate.Verdict));
        json.WriteString("sentence", GateText.Sentence(gate));
        json.WriteBoolean("forced", gate.Objections.Count > 0 && gate.Settings.IsForced);
        Texts(json, "objections", gate.Objections);
        Texts(json, "notes", gate.Notes);
        json.WriteNumber("confidence", gate.Settings.Confidence);
        Texts(json, "new", gate.News.Select(run => run.Label));
        Texts(json, "baseline", gate.Bases.Select(run => run.Label));
        json.WriteStartArray("figures");
        foreach (FigureJudgement figure in gate.Figures)
            Write(json, figure);
        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (FigureChange change in changes)
            Write(json, change);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FigureJudgement figure)
    {
        json.WriteStartObject();
        WriteName(json, figure.Name);
        json.WriteString("verdict", NameOf(figure.Verdict));
        json.WriteNumberOrNull("baseline", figure.Base);
        json.WriteNumberOrNull("new", figure.New);
        if (figure.Change is { } change)
        {
            json.WriteStartObject("change");
            json.WriteNumber("estimate", change.Estimate);
            json.WriteNumber("low", change.Low);
            json.WriteNumber("high", change.High);
            json.WriteEndObject();
            json.WriteNumber("chance", figure.Chance);
        }
        else
        {
            json.WriteNull("change");
            json.WriteNull("chance");
        }

        json.WriteNumber("min_effect", figure.Rule.MinEffect!.Value);
        json.WriteNumberOrNull("limit", figure.Rule.Limit?.Value);
        json.WriteNumberOrNull("runs_needed", figure.RunsNeeded);
        json.WriteString("reason", GateText.Reason(figure));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FigureChange change)
    {
        json.WriteStartObject();
        WriteName(json, change.Name);
        json.WriteString("first_run", change.First.Label);
        json.WriteString("started_at", Timestamp.Of(change.First.StartedAt));
        json.WriteNumber("before", change.Before);
        json.WriteNumber("after", change.After);
        json.WriteNumber("chance", change.Chance);
        json.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter json, FigureName name)
    {
        json.WriteString("figure", name.ToString());
        json.WriteString("place", name.Place);
        json.WriteString("kind", name.Kind.ToString().ToLowerInvariant());
        json.WriteNumberOrNull("percentile", name.Kind == FigureKind.Latency ? name.Percentile : null);
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>As <c>not_enough_samples</c>.</summary>
    private static string NameOf<T>(T verdict)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString());
}
