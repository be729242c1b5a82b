using LoadTool.Analysis.Runs;

namespace LoadTool.Analysis.Histories;

/// <summary>One figure as a digest keeps it.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Value">In its kind's unit.</param>
/// <param name="Samples">How many measured values it rests on.</param>
/// <param name="Variance">What these values leave open of it at the least: of its logarithm, and of errors of the share itself.</param>
/// <param name="IsOfStep">Whether it is of a step, or of whole iterations where there are no steps: what is judged unless rules say otherwise.</param>
/// <param name="Burst">How the values above it came together, of a percentile; null where nobody kept it.</param>
internal readonly record struct DigestFigure(FigureName Name, double Value, long Samples, double Variance, bool IsOfStep, Burst? Burst = null)
{
    /// <summary>Whether it rests on too few values to say anything.</summary>
    internal bool IsTooFew => Samples < Name.LeastSamples;
}
