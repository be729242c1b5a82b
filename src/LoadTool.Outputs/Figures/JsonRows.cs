using System.Buffers;
using System.Text.Json;
using LoadTool.Metrics;

namespace LoadTool.Outputs.Figures;

/// <summary>Rows as a JSON object: under each kind's name an array of objects.</summary>
internal sealed class JsonRows : IFigureWriter, IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(16_384);
    private readonly Utf8JsonWriter _json;
    private string _prefix = "";
    private string? _kind;

    internal JsonRows() => _json = new Utf8JsonWriter(_buffer);

    /// <summary>The object so far, for what is no row; only before the first.</summary>
    internal Utf8JsonWriter Json => _json;

    /// <summary>Begins the object.</summary>
    /// <param name="prefix">Stands before the names of kinds.</param>
    internal void Start(string prefix = "")
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        (_prefix, _kind) = (prefix, null);
    }

    /// <summary>Ends the object.</summary>
    /// <returns>A copy that nobody changes.</returns>
    internal byte[] Take()
    {
        if (_kind is not null)
            _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public void Begin(string kind)
    {
        if (kind != _kind)
        {
            if (_kind is not null)
                _json.WriteEndArray();
            _json.WriteStartArray(_prefix.Length == 0 ? kind : _prefix + kind);
            _kind = kind;
        }

        _json.WriteStartObject();
    }

    /// <inheritdoc/>
    public void Label(string name, string value) => _json.WriteString(name, value);

    /// <inheritdoc/>
    public void Number(string name, long value) => _json.WriteNumber(name, value);

    /// <inheritdoc/>
    public void Level(string name, long value) => Number(name, value);

    /// <inheritdoc/>
    public void Number(string name, double value) => _json.WriteNumber(name, value);

    /// <inheritdoc/>
    public bool TryDistribution(string name, string unit, Histogram histogram, double scale) => false;

    /// <inheritdoc/>
    public void End() => _json.WriteEndObject();

    /// <summary>Releases the writer.</summary>
    public void Dispose() => _json.Dispose();
}
