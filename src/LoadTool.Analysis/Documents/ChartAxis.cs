namespace LoadTool.Analysis.Documents;

/// <summary>An axis of a <see cref="Chart"/>.</summary>
/// <param name="Label">What it counts.</param>
/// <param name="Text">A value of it, with its unit.</param>
internal sealed record ChartAxis(string Label, Func<double, string> Text)
{
    /// <summary>True where equal distances are equal factors; values that are not above zero are then left out.</summary>
    internal bool IsLogarithmic { get; init; }

    /// <summary>Names in place of values: point <c>i</c> is named <c>Categories[i]</c>; null for an axis of values.</summary>
    internal IReadOnlyList<string>? Categories { get; init; }
}
