using System.Text.Json;
using LoadTool.Analysis.Statistics;
using LoadTool.Outputs.Files;

namespace LoadTool.Analysis.Capacity;

/// <summary>A capacity report for programs: times in seconds, loads in the search's own unit.</summary>
/// <param name="json">Where it goes.</param>
internal sealed class CapacityJson(Utf8JsonWriter json)
{
    private const int SchemaVersion = 1;

    internal void Write(CapacityReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", SchemaVersion);
        json.WriteString("outcome", Name(report.Outcome));
        json.WriteString("load", Name(report.Plan.Kind));
        Write("capacity", report.Capacity);
        Write("confirmed", report.Outcome == CapacityOutcome.GeneratorLimited ? null : report.Found.Maximum?.Load);
        WriteName("limit", report.Limit);
        Write("knee", report.KneeAt);
        WriteLittle(report.Little);
        WriteLaw(report.Law);
        Write("expected", report.Expected);
        Write("headroom", report.Headroom?.Room);
        WriteGenerators(report.Generators);
        json.WriteStartArray("contradictions");
        foreach (string surprise in report.Found.Surprises)
            json.WriteStringValue(surprise);
        json.WriteEndArray();
        json.WriteBoolean("out_of_time", report.Found.IsOutOfTime);
        json.WriteBoolean("stopped", report.Found.IsStopped);
        Write("gone_at", report.Found.Gone?.Load);
        json.WriteStartArray("trials");
        foreach (Trial trial in report.Found.Trials)
            Write(trial);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteLittle(LittleLaw? little)
    {
        if (little is null)
        {
            json.WriteNull("little");
            return;
        }

        json.WriteStartObject("little");
        Write("in_flight", little.Seen);
        json.WriteNumber("rate_times_duration", little.Expected);
        json.WriteBoolean("kept", little.IsKept);
        json.WriteEndObject();
    }

    private void WriteLaw(ScalingLaw? scaling)
    {
        if (scaling is null)
        {
            json.WriteNull("scalability_law");
            return;
        }

        json.WriteStartObject("scalability_law");
        Write("lambda", scaling.Law.Lambda);
        Write("sigma", scaling.Law.Sigma);
        Write("kappa", scaling.Law.Kappa);
        json.WriteBoolean("ambiguous", scaling.IsAmbiguous);
        Write("peak", scaling.Law.Peak);
        json.WriteEndObject();
    }

    private void WriteGenerators(GeneratorNeed? need)
    {
        if (need is null)
        {
            json.WriteNull("generators");
            return;
        }

        json.WriteStartObject("generators");
        json.WriteNumber("load", need.Load);
        json.WriteNumber("low", need.Least);
        json.WriteNumber("high", need.Most);
        json.WriteNumber("processors", need.Cores);
        json.WriteNumber("loops_each", need.LoopsEach);
        json.WriteEndObject();
    }

    private void Write(Trial trial)
    {
        json.WriteStartObject();
        json.WriteNumber("load", trial.Load);
        json.WriteString("verdict", Name(trial.Verdict));
        json.WriteString("purpose", Name(trial.Plan.Purpose));
        json.WriteNumber("seconds", trial.Length.TotalSeconds);
        Write("throughput", trial.Throughput);
        Write("started", trial.Started);
        Write("p50", trial.LatencyP50);
        Write("p99", trial.LatencyP99);
        Write("in_flight", trial.InFlight.Estimate);
        Write("connections", trial.Connections);
        Write("generator_processors", trial.Cpu);
        json.WriteBoolean("trusted", trial.IsTrusted);
        WriteName("limit", trial.Limit);
        json.WriteString("doubt", trial.Doubt);
        json.WriteString("folder", trial.Folder);
        json.WriteStartArray("objectives");
        foreach (ObjectiveResult result in trial.Objectives)
        {
            json.WriteStartObject();
            json.WriteString("objective", result.Objective.Text);
            json.WriteString("verdict", Name(result.Verdict));
            Write("value", result.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(string property, Interval? interval)
    {
        if (interval is not { } known)
        {
            json.WriteNull(property);
            return;
        }

        json.WriteStartObject(property);
        Write("estimate", known.Estimate);
        Write("low", known.Low);
        Write("high", known.High);
        json.WriteEndObject();
    }

    private void Write(string property, double? value) => json.WriteNumberOrNull(property, value);

    private void WriteName<T>(string property, T? value)
        where T : struct, Enum
    {
        if (value is { } known)
            json.WriteString(property, Name(known));
        else
            json.WriteNull(property);
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
