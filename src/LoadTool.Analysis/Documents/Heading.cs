namespace LoadTool.Analysis.Documents;

/// <summary>Begins a section.</summary>
/// <param name="Text">Its name.</param>
internal sealed record Heading(string Text) : DocumentPart;
