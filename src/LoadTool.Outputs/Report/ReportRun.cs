using System.Text;

namespace LoadTool.Outputs.Report;

/// <summary>One run inside a page.</summary>
/// <param name="Label">What the page calls it beside others.</param>
/// <param name="Parts">What it consists of.</param>
/// <param name="LogIntervals">How many intervals its histogram log has; 0 where there is none inside.</param>
internal sealed record ReportRun(string Label, IReadOnlyList<ReportPart> Parts, int LogIntervals)
{
    /// <summary>What a page of one run is to stay below, in bytes.</summary>
    private const int MostOfPage = 395_000;

    /// <summary>The run as its outputs saw it.</summary>
    /// <param name="result">All of it.</param>
    /// <param name="series">The same over time.</param>
    /// <param name="summary">The bytes of its <c>summary.json</c>.</param>
    /// <param name="environment">The bytes of its <c>environment.json</c>; null when nobody has them.</param>
    /// <param name="script">The script's text; null when nobody has it.</param>
    internal static ReportRun Of(RunResult result, ReportSeries series, byte[] summary, byte[]? environment, string? script)
    {
        List<ReportPart> parts =
        [
            ReportPart.Of("label", Encoding.UTF8.GetBytes(result.Run.Name)),
            ReportPart.Of("summary.json", summary),
            ReportPart.Of("series", CompactJson.Bytes(json => new SeriesJson(json).Write(series))),
            ReportPart.Of("curves", CompactJson.Bytes(json => CurvesJson.Write(json, result))),
        ];
        if (environment is not null)
            parts.Add(ReportPart.Of("environment.json", environment));
        if (script is not null)
            parts.Add(ReportPart.Of("script", Encoding.UTF8.GetBytes(script)));

        // The log takes what is left.
        (string log, int intervals) = ReportLog.Write(result.Run, series.Bins, MostOfPage - ReportPage.Length - parts.Sum(part => part.Content.Length));
        if (intervals > 0)
            parts.Add(ReportPart.Of("run.hlog", Encoding.UTF8.GetBytes(log)));
        return new ReportRun(result.Run.Name, parts, intervals);
    }
}
