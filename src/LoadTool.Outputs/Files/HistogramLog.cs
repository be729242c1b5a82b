using LoadTool.Metrics;

namespace LoadTool.Outputs.Files;

/// <summary>The intervals of a run as text of a histogram log (version 1.3): latencies in nanoseconds, a line per step, phase of connecting and interval that has any.</summary>
internal sealed class HistogramLog
{
    // A snapshot's histograms belong to the run: tag and times are set on a copy, and always the same one, because these are large.
    private readonly Histogram _line = new(StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits, autoResize: true);
    private readonly StringWriter _text = new();
    private readonly HistogramLogWriter _log;

    internal HistogramLog() => _log = new HistogramLogWriter(_text);

    internal string Head(RunInfo run)
    {
        _log.WriteFormatVersion();
        _log.WriteComment($"[loadtool {ToolVersion.Text}: {VisibleText.OneLine(run.Name)}; latencies of successes in nanoseconds, from the intended moment;"
            + " tags ending in .uncorrected: from the actual start; @connect and what follows it: durations; names are percent-encoded]");
        _log.WriteStartTime(run.StartedAt.ToUnixTimeMilliseconds());
        _log.WriteBaseTime(run.StartedAt.ToUnixTimeMilliseconds());
        _log.WriteLegend();
        return Take();
    }

    internal string Interval(Snapshot snapshot)
    {
        foreach (StepFigures step in snapshot.Steps)
            Write(snapshot, HistogramTag.OfStep(step), step);
        foreach (StepFigures iterations in snapshot.Iterations)
            Write(snapshot, HistogramTag.OfIterations(iterations), iterations);
        foreach (ConnectPhaseFigures phase in snapshot.Connect.Phases)
            Write(snapshot, HistogramTag.OfConnect(phase), phase.Duration);
        return Take();
    }

    private void Write(Snapshot snapshot, string tag, StepFigures figures)
    {
        Write(snapshot, tag, figures.Latency);
        Write(snapshot, HistogramTag.Uncorrected(tag), figures.LatencyUncorrected);
    }

    private void Write(Snapshot snapshot, string tag, Histogram histogram)
    {
        if (histogram.TotalCount == 0)
            return;
        histogram.CopyInto(_line);
        _line.StartTimestamp = snapshot.StartedAt.ToUnixTimeMilliseconds();
        _line.EndTimestamp = (snapshot.StartedAt + snapshot.Length).ToUnixTimeMilliseconds();
        _line.Tag = tag;
        _log.Write(_line);
    }

    private string Take()
    {
        string text = _text.ToString();
        _text.GetStringBuilder().Clear();
        return text;
    }
}
