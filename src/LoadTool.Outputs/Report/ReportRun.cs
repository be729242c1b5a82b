namespace LoadTool.Outputs.Report;

/// <summary>One run inside a page.</summary>
/// <param name="Label">What the page calls it beside others.</param>
/// <param name="Summary">The bytes of its <c>summary.json</c>.</param>
/// <param name="Environment">The bytes of its <c>environment.json</c>; null when nobody has them.</param>
/// <param name="Series">What <see cref="SeriesJson"/> writes of it.</param>
/// <param name="Curves">What <see cref="CurvesJson"/> writes of it.</param>
/// <param name="Log">Its histogram log, for download; empty for none.</param>
/// <param name="LogIntervals">How many intervals that has.</param>
/// <param name="Script">The script's text; null when nobody has it.</param>
internal sealed record ReportRun(string Label, byte[] Summary, byte[]? Environment, byte[] Series, byte[] Curves, string Log, int LogIntervals, string? Script)
{
    /// <summary>The run as its outputs saw it.</summary>
    /// <param name="result">All of it.</param>
    /// <param name="series">The same over time.</param>
    /// <param name="summary">The bytes of its <c>summary.json</c>.</param>
    /// <param name="environment">The bytes of its <c>environment.json</c>.</param>
    /// <param name="script">The script's text.</param>
    internal static ReportRun Of(RunResult result, ReportSeries series, byte[] summary, byte[]? environment, string? script)
    {
        (string log, int intervals) = ReportLog.Write(result.Run, series.Bins);
        return new ReportRun(
            result.Run.Name,
            summary,
            environment,
            CompactJson.Bytes(json => new SeriesJson(json).Write(series)),
            CompactJson.Bytes(json => CurvesJson.Write(json, result)),
            log,
            intervals,
            script);
    }
}
