namespace LoadTool;

/// <summary>
/// Reads comma-separated values as RFC 4180 writes them, without I/O: fields may be quoted, quotes in quoted fields are doubled, lines end with LF
/// or CR LF, the last one's end may be missing. An empty line is passed over, as it holds no row.
/// </summary>
/// <param name="text">The whole text.</param>
internal ref struct CsvReader(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;
    private int _lineStart;
    private int _line = 1;

    /// <summary>Reads the next row.</summary>
    /// <param name="fields">Filled with the row's fields; emptied first.</param>
    /// <returns>False at the end of the text.</returns>
    /// <exception cref="CsvException">A quote is where none may be, or one is missing.</exception>
    internal bool TryRead(List<CsvField> fields)
    {
        fields.Clear();
        while (TryTakeLineEnd())
        {
            // An empty line.
        }

        if (_position == _text.Length)
            return false;
        do
            fields.Add(ReadField());
        while (TryTake(','));
        if (_position < _text.Length)
            TryTakeLineEnd();
        return true;
    }

    private CsvField ReadField()
    {
        (int line, int column) = (_line, Column);
        return new CsvField(Peek() == '"' ? ReadQuoted() : ReadPlain(), line, column);
    }

    private string ReadPlain()
    {
        int start = _position;
        while (_position < _text.Length && Peek() != ',' && !IsAtLineEnd())
        {
            if (Peek() == '"')
                throw new CsvException(_line, Column, "a quote inside a field that does not begin with one; put the field in quotes and double this one");
            _position++;
        }

        return _text[start.._position].ToString();
    }

    private string ReadQuoted()
    {
        (int line, int column) = (_line, Column);
        _position++;
        int start = _position;
        bool hasDoubled = false;
        while (true)
        {
            if (_position == _text.Length)
                throw new CsvException(line, column, "this quote is never closed");
            if (IsAtLineEnd())
            {
                TryTakeLineEnd();
            }
            else if (!TryTake('"'))
            {
                _position++;
            }
            else if (TryTake('"'))
            {
                hasDoubled = true;
            }
            else
            {
                break;
            }
        }

        string field = _text[start..(_position - 1)].ToString();
        if (_position < _text.Length && Peek() != ',' && !IsAtLineEnd())
            throw new CsvException(_line, Column, "text after the closing quote; a quote inside a field is written twice");
        return hasDoubled ? field.Replace("\"\"", "\"", StringComparison.Ordinal) : field;
    }

    private readonly int Column => _position - _lineStart + 1;

    private readonly char Peek() => _position < _text.Length ? _text[_position] : '\0';

    /// <summary>A CR alone is text: it ends no line.</summary>
    private readonly bool IsAtLineEnd() =>
        Peek() == '\n' || (Peek() == '\r' && _position + 1 < _text.Length && _text[_position + 1] == '\n');

    private bool TryTake(char expected)
    {
        if (_position == _text.Length || _text[_position] != expected)
            return false;
        _position++;
        return true;
    }

    private bool TryTakeLineEnd()
    {
        if (!IsAtLineEnd())
            return false;
        _position += Peek() == '\r' ? 2 : 1;
        _line++;
        _lineStart = _position;
        return true;
    }
}

/// <summary>A field and where it begins.</summary>
/// <param name="Text">Without its quotes.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">In characters, from 1.</param>
internal readonly record struct CsvField(string Text, int Line, int Column);

/// <summary>Text that is no CSV.</summary>
internal sealed class CsvException(int line, int column, string message) : Exception(message)
{
    internal int Line => line;

    internal int Column => column;
}
