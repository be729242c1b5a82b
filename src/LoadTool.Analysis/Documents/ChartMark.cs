namespace LoadTool.Analysis.Documents;

/// <summary>A line through a whole <see cref="Chart"/>: a limit, or where something changed.</summary>
/// <param name="At">On its axis.</param>
/// <param name="Text">What it marks.</param>
/// <param name="IsVertical">True crosses the x axis, false the y axis.</param>
internal readonly record struct ChartMark(double At, string Text, bool IsVertical);
