using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace LoadTool.Outputs.Figures;

/// <summary>UTF-8 text that grows, and is used again.</summary>
internal sealed class TextBuffer
{
    /// <summary>The longest number in any format here, and then some.</summary>
    private const int NumberLength = 40;

    private readonly ArrayBufferWriter<byte> _bytes = new(16_384);

    internal int Length => _bytes.WrittenCount;

    internal ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    internal void Clear() => _bytes.ResetWrittenCount();

    /// <returns>What was written, as a copy that nobody changes; the buffer is empty then.</returns>
    internal byte[] Take()
    {
        byte[] taken = _bytes.WrittenSpan.ToArray();
        Clear();
        return taken;
    }

    internal void Add(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    internal void Add(char ascii)
    {
        _bytes.GetSpan(1)[0] = (byte)ascii;
        _bytes.Advance(1);
    }

    /// <summary>Half of a surrogate pair becomes the sign for what cannot be shown.</summary>
    internal void Add(string text) => _bytes.Advance(Encoding.UTF8.GetBytes(text, _bytes.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));

    internal void Add(long value)
    {
        Utf8Formatter.TryFormat(value, _bytes.GetSpan(NumberLength), out int written);
        _bytes.Advance(written);
    }

    /// <summary>The shortest text that gives the same number again.</summary>
    internal void Add(double value)
    {
        Utf8Formatter.TryFormat(value, _bytes.GetSpan(NumberLength), out int written);
        _bytes.Advance(written);
    }
}
