using System.Text.Json;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.Stored;

/// <summary>A step, whole iterations, or a step with a tag's value, as intervals tell of it one after another; with its sums.</summary>
/// <param name="scenario">The scenario's name.</param>
/// <param name="step">The step's name.</param>
/// <param name="tag">Its tag in <c>run.hlog</c>.</param>
/// <param name="digits">Those of its latencies.</param>
internal sealed class StoredStep(string scenario, string step, string tag, int digits)
{
    private readonly Dictionary<Outcome, long> _failures = [];
    private long _interrupted;
    private PacingFigures _pacing;

    /// <summary>The figures of the next interval.</summary>
    /// <param name="json">What its line says; null when it says nothing.</param>
    /// <param name="histograms">The log beside it.</param>
    /// <param name="isCounted">Whether they belong into the sums.</param>
    internal StepFigures Take(JsonElement? json, StoredHistograms histograms, bool isCounted)
    {
        StepFigures figures = new(
            scenario, step, histograms.Next(tag, CountOf("latency"), digits), histograms.Next(HistogramTag.Uncorrected(tag), CountOf("latency_uncorrected"), digits),
            json?.Failures("failures") ?? [], json?.Count("interrupted") ?? 0)
        {
            Pacing = json?.Pacing() ?? default,
        };
        if (isCounted)
            Count(figures, histograms);
        return figures;

        long CountOf(string latency) => json?.Counted(latency) ?? 0;
    }

    /// <summary>The sums.</summary>
    internal StepFigures Total(StoredHistograms histograms) =>
        new(scenario, step, histograms.Total(tag, digits), histograms.Total(HistogramTag.Uncorrected(tag), digits), _failures, _interrupted) { Pacing = _pacing };

    private void Count(StepFigures figures, StoredHistograms histograms)
    {
        histograms.Count(tag, figures.Latency);
        histograms.Count(HistogramTag.Uncorrected(tag), figures.LatencyUncorrected);
        StoredTally.Add(_failures, figures.Failures);
        _interrupted += figures.Interrupted;
        _pacing += figures.Pacing;
    }
}
