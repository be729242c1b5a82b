using System.Text;
using LoadTool.Metrics;

namespace LoadTool.Outputs.Files;

/// <summary>The intervals of a run as text of a histogram log (version 1.3): a line per histogram and interval that counted anything; durations in nanoseconds.</summary>
internal sealed class HistogramLog
{
    private readonly SnapshotHistograms _histograms = new();
    private readonly MemoryStream _bytes = new();
    private readonly StreamWriter _text;
    private readonly HistogramLogWriter _log;

    internal HistogramLog()
    {
        _text = new StreamWriter(_bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        _log = new HistogramLogWriter(_text);
    }

    /// <summary>The head; good until the next call, as all that this gives.</summary>
    internal ReadOnlySpan<byte> Head(RunInfo run)
    {
        Begin();
        _log.WriteFormatVersion();
        _log.WriteComment($"[loadtool {ToolVersion.Text}: {VisibleText.OneLine(run.Name)}; latencies of successes in nanoseconds, from the intended moment;"
            + " tags ending in .uncorrected: from the actual start; @connect and what follows it: durations; @metric: in the metric's own unit; names are percent-encoded]");
        _log.WriteStartTime(run.StartedAt.ToUnixTimeMilliseconds());
        _log.WriteBaseTime(run.StartedAt.ToUnixTimeMilliseconds());
        _log.WriteLegend();
        return Take();
    }

    internal ReadOnlySpan<byte> Interval(Snapshot snapshot)
    {
        Begin();
        Write(_histograms.Of(snapshot), snapshot.StartedAt, snapshot.Length);
        return Take();
    }

    /// <summary>What is known of the whole run only.</summary>
    internal ReadOnlySpan<byte> End(RunResult result)
    {
        Begin();
        Write(SnapshotHistograms.OfEnd(result).Where(tagged => tagged.Histogram.TotalCount > 0), result.Run.StartedAt, result.Length);
        return Take();
    }

    private void Write(IEnumerable<(string Tag, Histogram Histogram)> histograms, DateTimeOffset startedAt, TimeSpan length)
    {
        (long start, long end) = (startedAt.ToUnixTimeMilliseconds(), (startedAt + length).ToUnixTimeMilliseconds());
        foreach ((string tag, Histogram histogram) in histograms)
            _log.Write(histogram, tag, start, end);
    }

    private void Begin() => _bytes.SetLength(0);

    private ReadOnlySpan<byte> Take()
    {
        _text.Flush();
        return _bytes.GetBuffer().AsSpan(0, (int)_bytes.Length);
    }
}
