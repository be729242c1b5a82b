using System.Globalization;

namespace LoadTool.Cli.Scripting;

/// <summary>
/// Finds a script's <c>#load</c>, <c>#r</c> and <c>#:</c> lines without the compiler, whose loading would cost a cached run most of its start.
/// </summary>
/// <remarks>
/// C# allows these directives only before a file's first token, so the scan ends there and never meets a string.
/// What it must see through is white space, comments and conditional sections.
/// </remarks>
internal sealed class DirectiveScanner
{
    private readonly string _text;
    private readonly List<ScriptDirective> _found = [];
    private readonly HashSet<string> _symbols = new(StringComparer.Ordinal);
    private readonly Stack<Section> _sections = new();
    private int _position;
    private int _line = 1;
    private int _lineStart;

    private DirectiveScanner(string text) => _text = text;

    /// <summary>The directives of the sections that <c>#if</c> leaves in, in their order.</summary>
    public static IReadOnlyList<ScriptDirective> Scan(string text)
    {
        DirectiveScanner scanner = new(text);
        scanner.Run();
        return scanner._found;
    }

    private bool IsActive => _sections.Count == 0 || _sections.Peek().IsActive;

    private void Run()
    {
        bool atLineStart = true;
        while (_position < _text.Length)
        {
            char current = _text[_position];
            if (IsNewLine(current))
            {
                SkipNewLine();
                atLineStart = true;
            }
            else if (IsWhiteSpace(current))
            {
                _position++;
            }
            else if (current == '#' && atLineStart)
            {
                ReadDirective();
                SkipLine();
            }
            else if (!IsActive || Starts("//"))
            {
                SkipLine();
            }
            else if (Starts("/*"))
            {
                SkipBlockComment();
                atLineStart = false;
            }
            else
            {
                return;
            }
        }
    }

    private void ReadDirective()
    {
        int start = _position++;
        if (_position < _text.Length && _text[_position] == ':')
        {
            if (IsActive)
                Add(ScriptDirectiveKind.App, _text[(_position + 1)..EndOfLine()].Trim(), start);
            return;
        }

        SkipSpaces();
        int nameStart = _position;
        while (_position < _text.Length && char.IsLetter(_text[_position]))
            _position++;
        ReadOnlySpan<char> name = _text.AsSpan(nameStart, _position - nameStart);
        if (!ReadConditional(name) && IsActive)
            ReadActive(name);
    }

    private bool ReadConditional(ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "if":
                bool taken = IsActive && IsConditionTrue();
                _sections.Push(new(IsActive: taken, IsDone: taken || !IsActive));
                return true;
            case "elif" when _sections.Count > 0:
                Section before = _sections.Pop();
                bool takenNow = !before.IsDone && IsConditionTrue();
                _sections.Push(new(takenNow, before.IsDone || takenNow));
                return true;
            case "else" when _sections.Count > 0:
                _sections.Push(new(IsActive: !_sections.Pop().IsDone, IsDone: true));
                return true;
            case "endif" when _sections.Count > 0:
                _sections.Pop();
                return true;
            default:
                return false;
        }
    }

    private void ReadActive(ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "load":
                ReadQuoted(ScriptDirectiveKind.Load);
                break;
            case "r":
                ReadQuoted(ScriptDirectiveKind.Reference);
                break;
            case "define":
                _symbols.Add(ReadSymbol());
                break;
            case "undef":
                _symbols.Remove(ReadSymbol());
                break;
            default:
                break;
        }
    }

    private void ReadQuoted(ScriptDirectiveKind kind)
    {
        SkipSpaces();
        int start = _position;
        if (start == _text.Length || _text[start] != '"')
            return;
        int end = _text.AsSpan(start + 1, EndOfLine() - start - 1).IndexOf('"');
        if (end >= 0)
            Add(kind, _text.Substring(start + 1, end), start);
    }

    private string ReadSymbol()
    {
        SkipSpaces();
        int start = _position;
        while (_position < _text.Length && (char.IsLetterOrDigit(_text[_position]) || _text[_position] == '_'))
            _position++;
        return _text[start.._position];
    }

    private void Add(ScriptDirectiveKind kind, string value, int position) => _found.Add(new(kind, value, _line, position - _lineStart + 1));

    private bool IsConditionTrue() => PreprocessorCondition.IsTrue(_text.AsSpan(_position, EndOfLine() - _position), _symbols);

    private bool Starts(string token) => string.CompareOrdinal(_text, _position, token, 0, token.Length) == 0;

    private int EndOfLine()
    {
        int end = _position;
        while (end < _text.Length && !IsNewLine(_text[end]))
            end++;
        return end;
    }

    private void SkipLine() => _position = EndOfLine();

    private void SkipSpaces()
    {
        while (_position < _text.Length && IsWhiteSpace(_text[_position]))
            _position++;
    }

    private void SkipNewLine()
    {
        _position += Starts("\r\n") ? 2 : 1;
        _line++;
        _lineStart = _position;
    }

    private void SkipBlockComment()
    {
        _position += 2;
        while (_position < _text.Length && !Starts("*/"))
        {
            if (IsNewLine(_text[_position]))
                SkipNewLine();
            else
                _position++;
        }

        _position = Math.Min(_position + 2, _text.Length);
    }

    private static bool IsNewLine(char value) => value is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029';

    private static bool IsWhiteSpace(char value) =>
        value is ' ' or '\t' or '\v' or '\f' or '\u00A0' or '\uFEFF' or '\u001A'
        || (value > 255 && CharUnicodeInfo.GetUnicodeCategory(value) == UnicodeCategory.SpaceSeparator);

    /// <param name="IsActive">The lines of this branch count.</param>
    /// <param name="IsDone">No later branch counts: one did, or the whole section stands in one that does not.</param>
    private readonly record struct Section(bool IsActive, bool IsDone);
}
