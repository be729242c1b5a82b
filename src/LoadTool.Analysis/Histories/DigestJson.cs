using System.Text.Json;
using LoadTool.Analysis.Runs;
using LoadTool.Outputs;
using LoadTool.Outputs.Files;
using LoadTool.Outputs.Stored;

namespace LoadTool.Analysis.Histories;

/// <summary>A digest as a file: a line per figure, so that what changed is to be seen where such files are versioned.</summary>
internal static class DigestJson
{
    internal const int SchemaVersion = 1;

    /// <summary>A hundred years: a moment can be that much later.</summary>
    private const double MostSeconds = 100.0 * 366 * 86_400;

    private static ReadOnlySpan<byte> MergeMarker => "<<<<<<< "u8;

    private static readonly JsonWriterOptions OneLine = new() { Encoder = JsonFile.Encoder };

    /// <summary>Writes the digest as JSON, times in seconds.</summary>
    internal static void Write(Utf8JsonWriter json, RunDigest run)
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", SchemaVersion);
        json.WriteString("label", run.Label);
        json.WriteString("started_at", Timestamp.Exact(run.StartedAt));
        json.WriteString("name", run.Setup.Name);
        json.WriteNumber("seed", run.Setup.Seed);
        json.WriteString("script", run.Setup.Script);
        json.WriteString("script_hash", run.Setup.ScriptHash);
        json.WriteString("arguments", run.Setup.Arguments);
        json.WriteString("load", run.Setup.Load);
        json.WriteStartObject("options");
        foreach ((string name, string value) in run.Setup.Options)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("doubt", run.Doubt);
        json.WriteString("note", run.Note);
        json.WriteStartArray("figures");
        foreach (DigestFigure figure in run.Figures)
            json.WriteRawValue(FigureText(figure));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads a digest.</summary>
    /// <exception cref="IOException">It is damaged, or of a newer tool; one line says so, with <paramref name="path"/>.</exception>
    internal static RunDigest Read(string path, ReadOnlyMemory<byte> bytes)
    {
        string file = VisibleText.OneLine(path);
        if (bytes.Span.StartsWith(MergeMarker) || bytes.Span.IndexOf([(byte)'\n', .. MergeMarker]) >= 0)
            throw new IOException($"{file} holds both sides of a merge that nobody resolved: take one of them, or remove the file");
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement run = document.RootElement;
            if (run.Count("schema_version") > SchemaVersion)
                throw new IOException($"{file} was written by a newer LoadTool: read it with that one");
            return new RunDigest(
                run.Text("label"),
                run.Moment("started_at"),
                new RunSetup(run.Text("name"), run.Count("seed"), run.TextOrNull("script"), run.TextOrNull("script_hash"), run.TextOrNull("arguments"), run.TextOrNull("load"), run.Texts("options")),
                run.TextOrNull("doubt"),
                run.TextOrNull("note"),
                [.. run.Each("figures").Select(Figure)]);
        }
        catch (JsonException error)
        {
            string place = error is { LineNumber: { } line, BytePositionInLine: { } column } ? $":{line + 1}:{column + 1}" : "";
            throw new IOException($"{file}{place} is damaged: {(bytes.IsEmpty ? "it is empty" : "it is no JSON, or cut off there")}; remove it, or add its run again", error);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new IOException($"{file} is damaged: {VisibleText.OneLine(error.Message.TrimEnd('.'), 200)}; remove it, or add its run again", error);
        }
    }

    private static string FigureText(DigestFigure figure)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, OneLine))
        {
            json.WriteStartObject();
            json.WriteString("place", figure.Name.Place);
            json.WriteString("kind", figure.Name.Kind.ToString().ToLowerInvariant());
            if (figure.Name.Kind == FigureKind.Latency)
                json.WriteNumber("percentile", figure.Name.Percentile);
            json.WriteNumber("value", figure.Value);
            json.WriteNumber("samples", figure.Samples);
            json.WriteNumber("variance", figure.Variance);
            json.WriteBoolean("of_step", figure.IsOfStep);
            if (figure.Burst is { } burst)
            {
                json.WriteStartObject("burst");
                json.WriteNumber("variance", burst.Variance);
                json.WriteNumber("second", burst.Second);
                json.WriteNumber("share", burst.Share);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static DigestFigure Figure(JsonElement figure)
    {
        FigureKind kind = Enum.Parse<FigureKind>(figure.Text("kind"), ignoreCase: true);
        DigestFigure read = new(
            new FigureName(figure.Text("place"), kind, figure.Find("percentile")?.GetDouble() ?? 0),
            figure.GetProperty("value").GetDouble(),
            figure.Count("samples"),
            figure.GetProperty("variance").GetDouble(),
            figure.GetProperty("of_step").GetBoolean(),
            figure.Find("burst") is { } burst ? new Burst(burst.GetProperty("variance").GetDouble(), burst.GetProperty("second").GetDouble(), burst.GetProperty("share").GetDouble()) : null);
        return read is { Value: >= 0 and < double.PositiveInfinity, Samples: >= 0, Variance: > 0 and < double.PositiveInfinity, Burst: null or { Variance: > 0 and < double.PositiveInfinity, Second: >= 0 and < MostSeconds, Share: >= 0 and <= 1 } } ? read : throw new FormatException($"{read.Name} has a figure that cannot be");
    }
}
