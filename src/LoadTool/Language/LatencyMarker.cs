using System.Buffers;
using System.Buffers.Text;

namespace LoadTool;

/// <summary>
/// Who sent a message, which one it is and when, written into the message itself, so that whoever receives it knows how long it took although nobody
/// asked for it. ASCII digits and letters of a fixed width that JSON and text leave as they are, with a check against what is no marker.
/// </summary>
/// <param name="Stream">Whose numbers these are: another run's, or another instrument's, are not meant.</param>
/// <param name="Sender">Number of the sender within the stream.</param>
/// <param name="Sequence">Index of the message among the sender's; 0 to <see cref="MaxSequence"/>.</param>
/// <param name="SentAt">When it was sent, or was to be, in nanoseconds of the event loop's clock; 0 or more.</param>
public readonly record struct LatencyMarker(ulong Stream, uint Sender, long Sequence, long SentAt)
{
    /// <summary>Bytes of a marker.</summary>
    public const int Length = MagicBytes + 16 + 8 + SequenceDigits + 16 + CheckDigits;

    /// <summary>The largest sequence: 12 hexadecimal digits.</summary>
    public const long MaxSequence = (1L << (4 * SequenceDigits)) - 1;

    private const int MagicBytes = 4;
    private const int SequenceDigits = 12;
    private const int CheckDigits = 4;

    private static ReadOnlySpan<byte> Magic => "lt1x"u8;

    /// <summary>16 bits over all fields: of texts that only look like a marker one in 65,536 passes.</summary>
    private long Check
    {
        get
        {
            ulong mixed = SplitMix.Hash(unchecked((long)(Stream ^ ((ulong)Sender << 32))), Sequence) ^ (ulong)SentAt;
            return (long)(SplitMix.Hash(unchecked((long)mixed), 0) >> 48);
        }
    }

    /// <summary>Writes the marker; allocates nothing.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException">Too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sequence or the moment is out of its range.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < Length)
            throw new ArgumentException($"A marker takes {Length} bytes.", nameof(destination));
        ArgumentOutOfRangeException.ThrowIfNegative(Sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Sequence, MaxSequence);
        ArgumentOutOfRangeException.ThrowIfNegative(SentAt);
        Magic.CopyTo(destination);
        destination = destination[MagicBytes..];
        WriteHex(ref destination, Stream, digits: 16);
        WriteHex(ref destination, Sender, digits: 8);
        WriteHex(ref destination, (ulong)Sequence, SequenceDigits);
        WriteHex(ref destination, (ulong)SentAt, digits: 16);
        WriteHex(ref destination, (ulong)Check, CheckDigits);
    }

    /// <summary>Finds the first marker in a message, wherever it stands; allocates nothing.</summary>
    /// <param name="message">The message, which a server may have wrapped.</param>
    /// <param name="marker">The marker.</param>
    /// <returns>False when there is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out LatencyMarker marker)
    {
        for (int at; message.Length >= Length && (at = message.IndexOf(Magic)) >= 0; message = message[(at + 1)..])
        {
            if (TryReadFields(message[(at + MagicBytes)..], out marker))
                return true;
        }

        marker = default;
        return false;
    }

    private static bool TryReadFields(ReadOnlySpan<byte> fields, out LatencyMarker marker)
    {
        marker = default;
        if (fields.Length < Length - MagicBytes
            || !TryReadHex(ref fields, digits: 16, out ulong stream)
            || !TryReadHex(ref fields, digits: 8, out ulong sender)
            || !TryReadHex(ref fields, SequenceDigits, out ulong sequence)
            || !TryReadHex(ref fields, digits: 16, out ulong sentAt)
            || !TryReadHex(ref fields, CheckDigits, out ulong check)
            || sentAt > long.MaxValue)
        {
            return false;
        }

        marker = new LatencyMarker(stream, (uint)sender, (long)sequence, (long)sentAt);
        return marker.Check == (long)check;
    }

    private static void WriteHex(ref Span<byte> destination, ulong value, int digits)
    {
        Utf8Formatter.TryFormat(value, destination, out _, new StandardFormat('x', (byte)digits));
        destination = destination[digits..];
    }

    private static bool TryReadHex(ref ReadOnlySpan<byte> source, int digits, out ulong value)
    {
        bool isNumber = Utf8Parser.TryParse(source[..digits], out value, out int read, 'x') && read == digits;
        source = source[digits..];
        return isNumber;
    }
}
