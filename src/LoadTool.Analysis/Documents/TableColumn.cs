namespace LoadTool.Analysis.Documents;

/// <summary>A column of a <see cref="Table"/>.</summary>
/// <param name="Name">Its head.</param>
/// <param name="IsNumber">True for figures, which stand right.</param>
internal readonly record struct TableColumn(string Name, bool IsNumber = false);
