namespace LoadTool.Analysis.Documents;

/// <summary>Figures as a picture; on a page only, where all of its points stand below it as a table too.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="X">The axis below.</param>
/// <param name="Y">The axis at the left.</param>
/// <param name="Series">What is drawn; without a point in any the part is left out.</param>
/// <param name="Marks">Lines through the picture.</param>
internal sealed record Chart(string Title, ChartAxis X, ChartAxis Y, IReadOnlyList<ChartSeries> Series, IReadOnlyList<ChartMark> Marks) : DocumentPart;
