using System.Text.Json;
using LoadTool.Metrics;

namespace LoadTool.Outputs.Files;

/// <summary>What <c>summary.json</c> says of the generator itself.</summary>
internal sealed class TrustSection(Utf8JsonWriter json)
{
    private const double NanosecondsPerSecond = 1e9;

    internal void Write(Trust? trust)
    {
        if (trust is null)
        {
            json.WriteNull("trust");
            return;
        }

        json.WriteStartObject("trust");
        json.WriteString("verdict", Name(trust.Verdict));
        json.WriteStartArray("reasons");
        foreach (TrustReason reason in trust.Reasons)
            Write(reason);
        json.WriteEndArray();
        json.WriteStartObject("figures");
        Write(trust.Figures);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Write(TrustReason reason)
    {
        json.WriteStartObject();
        json.WriteString("verdict", Name(reason.Verdict));
        json.WriteString("kind", reason.Kind);
        json.WriteString("finding", reason.Finding);
        json.WriteNumber("figure", reason.Figure);
        json.WriteNumber("limit", reason.Limit);
        json.WriteString("unit", reason.Unit);
        json.WriteString("remedy", reason.Remedy);
        json.WriteEndObject();
    }

    private void Write(TrustFigures figures)
    {
        json.WriteNumber("seconds", figures.Length.TotalSeconds);
        Write("lag", figures.Lag);
        Write("lateness", figures.Lateness);
        WriteEach("loops", figures.Loops, loop =>
        {
            Write("lag", loop.Lag);
            Write("lateness", loop.Lateness);
            Write("cpu_seconds", loop.Cpu?.TotalSeconds);
            Write("cpu_wait_seconds", loop.CpuWait?.TotalSeconds);
            json.WriteNumber("allocated_bytes", loop.AllocatedBytes);
            json.WriteNumber("script_allocated_bytes", loop.ScriptAllocatedBytes);
        });
        WriteEach("lags", figures.Lags, lags =>
        {
            json.WriteString("cause", Name(lags.Cause));
            json.WriteNumber("count", lags.Lags.TotalCount);
            json.WriteNumber("total_seconds", lags.Lags.Mean * lags.Lags.TotalCount / NanosecondsPerSecond);
            json.WriteNumber("longest_seconds", lags.Lags.Max / NanosecondsPerSecond);
            json.WriteNumber("longest_at_seconds", lags.LongestAt.TotalSeconds);
        });
        WriteEach("blocks", figures.Blocks, block =>
        {
            json.WriteString("scenario", block.Scenario);
            json.WriteString("step", block.Step);
            json.WriteNumber("count", block.Count);
            json.WriteNumber("total_seconds", block.Total.TotalSeconds);
            json.WriteNumber("longest_seconds", block.Longest.TotalSeconds);
            json.WriteNumber("longest_at_seconds", block.LongestAt.TotalSeconds);
            json.WriteNumber("longest_user", block.LongestUser);
        });
        WriteMachine(figures);
    }

    private void WriteMachine(TrustFigures figures)
    {
        json.WriteNumber("saturated_share", figures.SaturatedShare);
        json.WriteNumber("gc_pause_seconds", figures.GcPause.TotalSeconds);
        json.WriteNumber("gc_count", figures.GcCount);
        json.WriteNumber("allocated_bytes", figures.AllocatedBytes);
        json.WriteNumber("max_connections", figures.MaxConnections);
        Write("ports", figures.Ports);
        json.WriteNumber("other_descriptors", figures.OtherDescriptors);
        Write("descriptor_limit", figures.DescriptorLimit);
        json.WriteNumber("exhaustion_failures", figures.ExhaustionFailures);
        json.WriteNumber("clock_steps", figures.ClockSteps);
        json.WriteNumber("largest_clock_step_seconds", figures.LargestClockStep.TotalSeconds);
        json.WriteBoolean("target_is_local", figures.IsTargetLocal);
        Write("machine_busy_share", figures.MachineBusy);
        Write("machine_stolen_share", figures.MachineStolen);
    }

    private void WriteEach<T>(string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Write(string name, Histogram histogram)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", histogram.TotalCount);
        Write("p50", Of(histogram.ValueAtPercentile(50)));
        Write("p99", Of(histogram.ValueAtPercentile(99)));
        Write("p999", Of(histogram.ValueAtPercentile(99.9)));
        Write("max", Of(histogram.Max));
        json.WriteEndObject();

        double? Of(long nanoseconds) => histogram.TotalCount == 0 ? null : nanoseconds / NanosecondsPerSecond;
    }

    private void Write(string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
