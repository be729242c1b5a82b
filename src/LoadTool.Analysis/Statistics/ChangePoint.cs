namespace LoadTool.Analysis.Statistics;

/// <summary>Where a series of figures changed.</summary>
/// <param name="Index">Index of the first figure after the change.</param>
/// <param name="Before">The mean from the change before it, or the beginning.</param>
/// <param name="After">The mean up to the next change, or the end.</param>
/// <param name="Chance">How likely a change as clear would be found in figures that did not change; at most the level asked for.</param>
internal readonly record struct ChangePoint(int Index, double Before, double After, double Chance);
