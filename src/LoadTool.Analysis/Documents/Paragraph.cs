namespace LoadTool.Analysis.Documents;

/// <summary>Running text.</summary>
/// <param name="Text">One or more sentences.</param>
internal sealed record Paragraph(string Text) : DocumentPart;
