namespace LoadTool.Analysis.Documents;

/// <summary>What belongs together in a <see cref="Chart"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Points">In order of x.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>True joins the points by lines.</summary>
    internal bool IsLine { get; init; } = true;

    /// <summary>True shows a dot at each point.</summary>
    internal bool HasDots { get; init; } = true;
}
