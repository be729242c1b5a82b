namespace LoadTool.Analysis.Documents;

/// <summary>Figures in rows.</summary>
/// <param name="Columns">What heads them.</param>
/// <param name="Rows">As many cells each; none leaves the part out.</param>
/// <param name="Caption">What they show, or null.</param>
internal sealed record Table(IReadOnlyList<TableColumn> Columns, IReadOnlyList<TableRow> Rows, string? Caption = null) : DocumentPart;
