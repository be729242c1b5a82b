namespace LoadTool;

/// <summary>A row of a CSV file, read by <see cref="Data.Csv(string, string)"/>.</summary>
public sealed class CsvRow
{
    private readonly Dictionary<string, int> _columns;
    private readonly string[] _fields;

    internal CsvRow(Dictionary<string, int> columns, string[] fields) => (_columns, _fields) = (columns, fields);

    /// <summary>A field by its column's name, as the header has it; case does not matter.</summary>
    /// <param name="column">The name.</param>
    /// <exception cref="ArgumentException">There is no such column; the message lists those there are.</exception>
    public string this[string column] => _columns.TryGetValue(column, out int index)
        ? _fields[index]
        : throw new ArgumentException($"There is no column \"{column}\"; there are: {string.Join(", ", _columns.Keys)}.", nameof(column));

    /// <summary>A field by its place.</summary>
    /// <param name="index">Index of the column, from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such column.</exception>
    public string this[int index] => _fields[index];
}
