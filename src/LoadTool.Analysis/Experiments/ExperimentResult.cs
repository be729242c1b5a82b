using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Experiments;

/// <summary>What comparing said of one variant against the first.</summary>
/// <param name="Base">The first, as messages call it.</param>
/// <param name="New">The other.</param>
/// <param name="Figures">Figure by figure.</param>
internal sealed record ExperimentResult(string Base, string New, IReadOnlyList<FigureComparison> Figures)
{
    /// <summary>False when not one figure could be told.</summary>
    internal bool TellsSomething => Figures.Any(figure => figure.Verdict != Effect.NotEnoughSamples);

    internal IEnumerable<FigureComparison> With(Effect verdict) => Figures.Where(figure => figure.Verdict == verdict);
}
