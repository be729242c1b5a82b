namespace LoadTool.Analysis.Documents;

/// <summary>A point of a <see cref="ChartSeries"/>.</summary>
/// <param name="X">Where; of an axis with categories, which.</param>
/// <param name="Y">How much.</param>
/// <param name="Low">The lower end of its interval, or null.</param>
/// <param name="High">The upper end of its interval, or null.</param>
internal readonly record struct ChartPoint(double X, double Y, double? Low = null, double? High = null);
