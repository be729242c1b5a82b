using System.Text.Unicode;

namespace LoadTool.Sockets.Protocol;

/// <summary>
/// Checks text that arrives in pieces, and refuses it in the very piece that no continuation can make valid (RFC 3629; RFC 6455, section 8.1).
/// The state is three bytes: how many continuation bytes are due, and the range of the next one.
/// </summary>
internal struct Utf8Validator
{
    private byte _due;
    private byte _low;
    private byte _high;

    /// <summary>True when no character is cut off at the end of what was appended.</summary>
    public readonly bool IsComplete => _due == 0;

    /// <summary>Forgets everything appended: the next piece starts a new text.</summary>
    public void Reset() => _due = 0;

    /// <summary>Takes the next piece.</summary>
    /// <returns>False when the text can no longer become valid; <see cref="Reset"/> before any further use.</returns>
    public bool TryAppend(ReadOnlySpan<byte> piece)
    {
        while (_due != 0 && !piece.IsEmpty)
        {
            if (!TryStep(piece[0]))
                return false;
            piece = piece[1..];
        }

        // All but a character cut off at the end is judged at once by the framework's vectorised check.
        int cut = CutOffBytes(piece);
        if (!Utf8.IsValid(piece[..^cut]))
            return false;
        foreach (byte value in piece[^cut..])
        {
            if (!TryStep(value))
                return false;
        }

        return true;
    }

    /// <summary>How many bytes at the end, 0 to 3, belong to a character whose lead byte asks for more.</summary>
    private static int CutOffBytes(ReadOnlySpan<byte> piece)
    {
        for (int back = 1; back <= Math.Min(3, piece.Length); back++)
        {
            byte value = piece[^back];
            if (value >= 0xC0)
                return back < (value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2) ? back : 0;
            if (value < 0x80)
                return 0;
        }

        return 0;
    }

    /// <summary>Table 3-7 of the Unicode standard: the second byte's range keeps out overlong forms, surrogates and values past U+10FFFF.</summary>
    private bool TryStep(byte value)
    {
        if (_due == 0)
        {
            (byte Due, byte Low, byte High) next = value switch
            {
                < 0x80 => (0, 0, 0),
                >= 0xC2 and <= 0xDF => (1, 0x80, 0xBF),
                0xE0 => (2, 0xA0, 0xBF),
                0xED => (2, 0x80, 0x9F),
                >= 0xE1 and <= 0xEF => (2, 0x80, 0xBF),
                0xF0 => (3, 0x90, 0xBF),
                >= 0xF1 and <= 0xF3 => (3, 0x80, 0xBF),
                0xF4 => (3, 0x80, 0x8F),
                _ => (0, 1, 0),
            };
            (_due, _low, _high) = next;
            return _low <= _high;
        }

        if (value < _low || value > _high)
            return false;
        _due--;
        (_low, _high) = (0x80, 0xBF);
        return true;
    }
}
