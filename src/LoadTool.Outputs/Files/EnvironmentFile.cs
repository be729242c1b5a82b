using System.Runtime;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LoadTool.Outputs.Files;

/// <summary>What <c>environment.json</c> holds: where and how a run took place, without secrets.</summary>
internal static class EnvironmentFile
{
    internal const int SchemaVersion = 1;

    internal static void Write(Utf8JsonWriter json, RunInfo run, RunEnvironment? started)
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", SchemaVersion);
        Tool(json);
        json.WriteString("name", run.Name);
        json.WriteString("started_at", Timestamp.Of(run.StartedAt));
        Script(json, started);
        Options(json, run.Options);
        Machine.WriteHardware(json);
        System(json);
        Machine.WriteLimits(json);
        json.WriteEndObject();
    }

    internal static void Tool(Utf8JsonWriter json)
    {
        json.WriteStartObject("tool");
        json.WriteString("name", "loadtool");
        json.WriteString("version", ToolVersion.Text);
        json.WriteEndObject();
    }

    internal static void Script(Utf8JsonWriter json, RunEnvironment? started)
    {
        if (started is null)
        {
            json.WriteNull("script");
            return;
        }

        json.WriteStartObject("script");
        json.WriteString("path", started.ScriptPath);
        json.WriteStartArray("arguments");
        foreach (string argument in started.Arguments)
            json.WriteStringValue(PublicUri.InArgument(argument));
        json.WriteEndArray();
        json.WriteString("content_hash", started.ContentHash);
        json.WriteEndObject();
    }

    internal static void Options(Utf8JsonWriter json, RunOptions options)
    {
        json.WriteString("target", PublicUri.Of(options.Target));
        json.WriteNumber("seed", options.Seed);
        json.WriteString("engine", options.Engine.ToString().ToLowerInvariant());
        json.WriteNumber("loops", options.Loops);
        json.WriteStartObject("sockets");
        foreach ((string name, string value) in options.Sockets.Texts())
            json.WriteString(name, value);
        json.WriteEndObject();
        if (options.Iterations is { } iterations)
            json.WriteNumber("iterations", iterations);
        else
            json.WriteNull("iterations");
        json.WriteNumber("graceful_stop_seconds", options.GracefulStop.TotalSeconds);
        json.WriteNumber("interval_seconds", options.Interval.TotalSeconds);
    }

    private static void System(Utf8JsonWriter json)
    {
        json.WriteStartObject("os");
        json.WriteString("description", RuntimeInformation.OSDescription);
        json.WriteString("kernel", Machine.Kernel);
        json.WriteString("architecture", RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant());
        json.WriteEndObject();
        json.WriteStartObject("runtime");
        json.WriteString("description", RuntimeInformation.FrameworkDescription);
        json.WriteBoolean("gc_server", GCSettings.IsServerGC);

        // A batch collector is one that never runs beside the program.
        json.WriteBoolean("gc_concurrent", GCSettings.LatencyMode != GCLatencyMode.Batch);
        json.WriteEndObject();
    }
}
