using System.Text;
using LoadTool.Metrics;
using LoadTool.Outputs.Prometheus;

namespace LoadTool.Outputs.Files;

/// <summary>What is written of a whole run beside its summary, each file from its result alone: as it ends, or of a stored run later.</summary>
internal static class EndFiles
{
    /// <summary>Percentile curves are in milliseconds, as HdrHistogram's tools plot them.</summary>
    private const double NanosecondsPerMillisecond = 1e6;

    /// <summary>Long enough for any name that people chose, and short enough for any file system.</summary>
    private const int MaxNameLength = 100;

    private const string CurveSuffix = ".hgrm";

    /// <summary>Whether a file of this name is one of them, perhaps of an earlier run.</summary>
    internal static bool IsName(string name) =>
        name is SummaryText.FileName or JunitFile.FileName or PrometheusText.FileName or BenchmarkFile.SmallerName or BenchmarkFile.BiggerName || name.EndsWith(CurveSuffix, StringComparison.Ordinal);

    /// <summary>All of them by their names.</summary>
    internal static IEnumerable<(string Name, Action<Stream> Write)> Of(RunResult result)
    {
        yield return (SummaryText.FileName, stream => WriteText(stream, SummaryText.Of(result)));
        yield return (JunitFile.FileName, stream => JunitFile.Write(stream, result));
        yield return (BenchmarkFile.SmallerName, stream => JsonFile.Write(stream, json => BenchmarkFile.WriteSmaller(json, result)));
        yield return (BenchmarkFile.BiggerName, stream => JsonFile.Write(stream, json => BenchmarkFile.WriteBigger(json, result)));
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach (StepFigures step in result.Steps)
        {
            string name = Free($"{Safe(step.Scenario)}.{Safe(step.Step)}", taken);
            yield return (name + CurveSuffix, stream => WriteCurve(stream, step.Latency));
            yield return ($"{name}.uncorrected{CurveSuffix}", stream => WriteCurve(stream, step.LatencyUncorrected));
        }

        // Ten times as long as all others: where a disk is nearly full, they have gone before.
        yield return (PrometheusText.FileName, stream => stream.Write(PrometheusText.Of(result)));
    }

    private static void WriteCurve(Stream stream, Histogram histogram)
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        histogram.WritePercentiles(writer, valueUnitRatio: NanosecondsPerMillisecond);
    }

    private static void WriteText(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>As a tag in <c>run.hlog</c>, without what would be a folder or a drive.</summary>
    private static string Safe(string name)
    {
        string safe = HistogramTag.Encode(name).Replace("/", "%2F").Replace(":", "%3A");
        return safe.Length <= MaxNameLength ? safe : safe[..MaxNameLength];
    }

    /// <summary>Names that were cut, or that differ in case only, may be one to a file system.</summary>
    private static string Free(string name, HashSet<string> taken)
    {
        string free = name;
        for (int number = 2; !taken.Add(free); number++)
            free = $"{name}-{number}";
        return free;
    }
}
