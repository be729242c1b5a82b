namespace LoadTool.Sockets.Protocol;

/// <summary>
/// Reads one Sec-WebSocket-Extensions header (RFC 6455, section 9.1) front to back: an extension, then its parameters, then the next extension.
/// Nothing is copied; what breaks the grammar ends the reading and sets <see cref="IsMalformed"/>.
/// </summary>
internal ref struct ExtensionReader(ReadOnlySpan<byte> header)
{
    private ReadOnlySpan<byte> _rest = header;

    /// <summary>True once something broke the grammar.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next extension; the parameters of the one before must have been read. Empty elements are skipped (RFC 9110, 5.6.1.2).</summary>
    public bool TryReadExtension(out ReadOnlySpan<byte> name)
    {
        name = default;
        _rest = _rest.TrimStart(" \t,"u8);
        return !_rest.IsEmpty && TryReadToken(out name) && EndsElement();
    }

    /// <summary>Reads the current extension's next parameter.</summary>
    /// <param name="name">A token.</param>
    /// <param name="value">The value without its quotes; what was escaped in quotes still is.</param>
    /// <param name="hasValue">True when "=" stood there.</param>
    /// <returns>False when the extension has no more.</returns>
    public bool TryReadParameter(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool hasValue)
    {
        name = value = default;
        hasValue = false;
        if (_rest.IsEmpty || _rest[0] != ';')
            return false;
        Skip(1);
        if (!TryReadToken(out name))
            return false;
        if (!_rest.IsEmpty && _rest[0] == '=')
        {
            hasValue = true;
            Skip(1);
            if (!(_rest.StartsWith("\""u8) ? TryReadQuoted(out value) : TryReadToken(out value)))
                return false;
        }

        return EndsElement();
    }

    private bool TryReadToken(out ReadOnlySpan<byte> token)
    {
        int end = _rest.IndexOfAny(" \t,;=\""u8);
        token = end < 0 ? _rest : _rest[..end];
        Skip(token.Length);
        return HttpHead.IsToken(token) || Refuse();
    }

    /// <summary>What the quotes hold must be a token once unescaped, so it is as long as one and holds no space.</summary>
    private bool TryReadQuoted(out ReadOnlySpan<byte> value)
    {
        value = default;
        int at = 1;
        for (; at < _rest.Length && _rest[at] != '"'; at++)
        {
            if (_rest[at] == '\\')
                at++;
            if (at >= _rest.Length || !HttpHead.IsToken(_rest.Slice(at, 1)))
                return Refuse();
        }

        if (at == 1 || at >= _rest.Length)
            return Refuse();
        value = _rest[1..at];
        Skip(at + 1);
        return true;
    }

    private bool EndsElement() => _rest.IsEmpty || _rest[0] is (byte)';' or (byte)',' || Refuse();

    private void Skip(int bytes) => _rest = _rest[bytes..].TrimStart(" \t"u8);

    private bool Refuse()
    {
        _rest = default;
        IsMalformed = true;
        return false;
    }
}
