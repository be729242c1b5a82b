namespace LoadTool.Analysis.Documents;

/// <summary>A piece of a <see cref="Document"/>.</summary>
internal abstract record DocumentPart;
