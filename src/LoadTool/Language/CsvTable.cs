namespace LoadTool;

/// <summary>A CSV text with a header, row by row.</summary>
internal static class CsvTable
{
    /// <summary>Makes something of every row.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <param name="open">Given the columns' names, tells how to make something of a row's fields.</param>
    /// <exception cref="FormatException">What it is not; the message begins with file, line and column.</exception>
    internal static IReadOnlyList<T> Parse<T>(string name, string text, Func<IReadOnlyList<string>, Func<IReadOnlyList<CsvField>, T>> open)
    {
        try
        {
            return Parse(text, open);
        }
        catch (CsvException error)
        {
            throw new FormatException($"{name}({error.Line},{error.Column}): {error.Message}");
        }
    }

    private static List<T> Parse<T>(string text, Func<IReadOnlyList<string>, Func<IReadOnlyList<CsvField>, T>> open)
    {
        CsvReader reader = new(text);
        List<CsvField> fields = [];
        if (!reader.TryRead(fields))
            throw new CsvException(1, 1, "the file is empty: its first line names the columns");
        RequireNames(fields);
        string[] columns = [.. fields.Select(field => field.Text)];
        Func<IReadOnlyList<CsvField>, T> make = open(columns);
        List<T> rows = [];
        while (reader.TryRead(fields))
        {
            if (fields.Count != columns.Length)
                throw new CsvException(fields[^1].Line, fields[^1].Column, $"the row ends here after {fields.Count} fields; the header has {columns.Length}");
            rows.Add(make(fields));
        }

        return rows;
    }

    private static void RequireNames(List<CsvField> header)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (CsvField field in header)
        {
            if (field.Text.Length == 0)
                throw new CsvException(field.Line, field.Column, "a column without a name");
            if (!names.Add(field.Text))
                throw new CsvException(field.Line, field.Column, $"a second column \"{field.Text}\"");
        }
    }
}
