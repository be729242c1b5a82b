using LoadTool.Metrics;
using LoadTool.Outputs.Figures;

namespace LoadTool.Outputs.Influx;

/// <summary>
/// Rows as InfluxDB's line protocol: a measurement per kind, labels as tags, numbers as fields, whole ones with <c>i</c>. What the protocol cannot hold in a tag (ends of lines
/// and other control characters, a backslash at the end) becomes a sign of it.
/// </summary>
internal sealed class LineProtocol : IFigureWriter
{
    private readonly TextBuffer _text = new();
    private byte[] _common = [];
    private string _prefix = "";
    private long _time;
    private bool _hasNumber;

    /// <summary>Sets the tags of all lines.</summary>
    internal void SetCommon(IEnumerable<KeyValuePair<string, string>> tags)
    {
        foreach ((string name, string value) in tags)
            Label(name, value);
        _common = _text.Take();
    }

    /// <summary>Begins lines of one moment.</summary>
    /// <param name="prefix">Stands before the names of kinds.</param>
    /// <param name="time">The moment.</param>
    internal void Start(string prefix, DateTimeOffset time) =>
        (_prefix, _time) = (prefix, (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick);

    /// <inheritdoc cref="TextBuffer.Take"/>
    internal byte[] Take() => _text.Take();

    /// <inheritdoc/>
    public void Begin(string kind)
    {
        _text.Add(_prefix);
        _text.Add(kind);
        _text.Add(_common);
        _hasNumber = false;
    }

    /// <inheritdoc/>
    public void Label(string name, string value)
    {
        _text.Add(',');
        Escape(name);
        _text.Add('=');
        Escape(value);
    }

    /// <inheritdoc/>
    public void Number(string name, long value)
    {
        Name(name);
        _text.Add(value);
        _text.Add('i');
    }

    /// <inheritdoc/>
    public void Level(string name, long value) => Number(name, value);

    /// <inheritdoc/>
    public void Number(string name, double value)
    {
        Name(name);
        _text.Add(value);
    }

    /// <inheritdoc/>
    public bool TryDistribution(string name, string unit, Histogram histogram, double scale) => false;

    /// <inheritdoc/>
    public void End()
    {
        _text.Add(' ');
        _text.Add(_time);
        _text.Add('\n');
    }

    private void Name(string name)
    {
        _text.Add(_hasNumber ? ',' : ' ');
        _text.Add(name);
        _text.Add('=');
        _hasNumber = true;
    }

    private void Escape(string text)
    {
        if (!text.AsSpan().ContainsAny(", =\\") && !HasControl(text))
        {
            _text.Add(text);
            return;
        }

        Span<char> one = stackalloc char[1];
        for (int index = 0; index < text.Length; index++)
        {
            char c = text[index];
            if (c is ',' or ' ' or '=')
                _text.Add('\\');
            one[0] = c switch
            {
                // Control pictures.
                < ' ' => (char)('\u2400' + c),
                '\u007f' => '\u2421',

                // It would escape what stands behind the tag.
                '\\' when index == text.Length - 1 => '\uff3c',
                _ => c,
            };
            if (char.IsHighSurrogate(c) && index + 1 < text.Length)
                _text.Add(text.Substring(index++, 2));
            else
                _text.Add(new string(one));
        }
    }

    private static bool HasControl(string text) => text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.Contains('\u007f');
}
