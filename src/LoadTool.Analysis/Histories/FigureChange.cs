using LoadTool.Analysis.Runs;

namespace LoadTool.Analysis.Histories;

/// <summary>Where a figure changed over a history, for good.</summary>
/// <param name="Name">The figure.</param>
/// <param name="First">The first run after the change.</param>
/// <param name="Before">What the figure was, from the change before it on.</param>
/// <param name="After">What it became, until the next change.</param>
/// <param name="Chance">How likely a change as clear would be found where there is none, among all figures.</param>
internal sealed record FigureChange(FigureName Name, RunDigest First, double Before, double After, double Chance);
