namespace LoadTool.Analysis.Documents;

/// <summary>A row of a <see cref="Table"/>.</summary>
/// <param name="Cells">One per column.</param>
/// <param name="Tone">What the row says.</param>
internal sealed record TableRow(IReadOnlyList<string> Cells, Tone Tone = Tone.Neutral);
