namespace LoadTool.Analysis.Documents;

/// <summary>Sentences of one rank.</summary>
/// <param name="Items">In order; none leaves the part out.</param>
internal sealed record Bullets(IReadOnlyList<string> Items) : DocumentPart;
