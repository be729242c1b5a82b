using System.Globalization;
using System.Text;
using LoadTool.Metrics;

namespace LoadTool.Outputs.Files;

/// <summary>
/// <c>timeseries.csv</c> (RFC 4180): a row per interval for each step, and for each scenario's whole iterations, that counted anything in it. Seconds; latencies are of successes in that interval.
/// </summary>
internal sealed class TimeSeriesFile
{
    internal const string FileName = "timeseries.csv";

    private const string Head =
        "started_at,since_start_seconds,interval_seconds,kind,scenario,step,ok,fail,interrupted,p50_seconds,p95_seconds,p99_seconds,max_seconds,"
        + "uncorrected_p50_seconds,uncorrected_p95_seconds,uncorrected_p99_seconds,uncorrected_max_seconds,late,dropped,unmatched";

    private const double NanosecondsPerSecond = 1e9;

    private static readonly double[] Percentiles = [50, 95, 99];

    private readonly StringBuilder _rows = new();

    /// <summary>RFC 4180 ends lines so.</summary>
    private const string EndOfLine = "\r\n";

    internal static string Header => Head + EndOfLine;

    internal string Interval(Snapshot snapshot)
    {
        _rows.Clear();
        string time = string.Create(CultureInfo.InvariantCulture, $"{Timestamp.Of(snapshot.StartedAt)},{snapshot.SinceStart.TotalSeconds},{snapshot.Length.TotalSeconds}");
        foreach (StepFigures step in snapshot.Steps)
            Append(time, "step", step, Quoted(step.Step));
        foreach (StepFigures iterations in snapshot.Iterations)
            Append(time, "iteration", iterations, "");
        return _rows.ToString();
    }

    private void Append(string time, string kind, StepFigures step, string name)
    {
        if (step.OkCount + step.FailCount + step.Interrupted == 0 && step.Pacing.IsClean)
            return;
        _rows.Append(CultureInfo.InvariantCulture, $"{time},{kind},{Quoted(step.Scenario)},{name},{step.OkCount},{step.FailCount},{step.Interrupted}");
        Append(step.Latency);
        Append(step.LatencyUncorrected);
        _rows.Append(CultureInfo.InvariantCulture, $",{step.Pacing.Late},{step.Pacing.Dropped},{step.Pacing.Unmatched}{EndOfLine}");
    }

    /// <summary>Empty where nothing was counted: a zero would be a latency.</summary>
    private void Append(Histogram histogram)
    {
        if (histogram.TotalCount == 0)
        {
            _rows.Append(",,,,");
            return;
        }

        Span<long> values = stackalloc long[3];
        histogram.ValuesAtPercentiles(Percentiles, values);
        _rows.Append(
            CultureInfo.InvariantCulture,
            $",{values[0] / NanosecondsPerSecond},{values[1] / NanosecondsPerSecond},{values[2] / NanosecondsPerSecond},{histogram.Max / NanosecondsPerSecond}");
    }

    /// <summary>Always in quotes: a field may hold anything then.</summary>
    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"")}\"";
}
