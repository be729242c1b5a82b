namespace LoadTool.Cli.Scripting;

/// <summary>The expression after <c>#if</c> and <c>#elif</c> (C# specification, 6.5.3).</summary>
/// <remarks>A malformed expression has some value: the compiler refuses its script anyway.</remarks>
internal ref struct PreprocessorCondition
{
    private readonly HashSet<string> _symbols;
    private ReadOnlySpan<char> _rest;

    private PreprocessorCondition(ReadOnlySpan<char> text, HashSet<string> symbols)
    {
        _rest = text;
        _symbols = symbols;
    }

    /// <param name="text">The line from behind the directive's name; may end in a comment.</param>
    /// <param name="symbols">The symbols defined so far.</param>
    public static bool IsTrue(ReadOnlySpan<char> text, HashSet<string> symbols) => new PreprocessorCondition(text, symbols).Or();

    private bool Or()
    {
        bool value = And();
        while (Take("||"))
            value |= And();
        return value;
    }

    private bool And()
    {
        bool value = Equality();
        while (Take("&&"))
            value &= Equality();
        return value;
    }

    private bool Equality()
    {
        bool value = Not();
        while (true)
        {
            if (Take("=="))
                value = value == Not();
            else if (Take("!="))
                value = value != Not();
            else
                return value;
        }
    }

    private bool Not()
    {
        bool negated = false;
        while (Take("!"))
            negated = !negated;
        return Primary() != negated;
    }

    private bool Primary()
    {
        if (Take("("))
        {
            bool value = Or();
            Take(")");
            return value;
        }

        int length = 0;
        while (length < _rest.Length && (char.IsLetterOrDigit(_rest[length]) || _rest[length] == '_'))
            length++;
        string symbol = _rest[..length].ToString();
        _rest = _rest[length..];
        return symbol == "true" || (symbol != "false" && _symbols.Contains(symbol));
    }

    private bool Take(string token)
    {
        _rest = _rest.TrimStart();
        if (!_rest.StartsWith(token, StringComparison.Ordinal))
            return false;
        _rest = _rest[token.Length..];
        return true;
    }
}
