namespace LoadTool.Metrics;

/// <summary>
/// Whole numbers in 1 to 9 bytes: the sign in the lowest bit, then seven bits a byte, lowest first, each but the last marked by its top bit.
/// The ninth byte carries eight bits and no mark (HdrHistogram's ZigZag LEB128-64b9B).
/// </summary>
internal static class ZigZag
{
    public const int MaxBytes = 9;

    /// <returns>How many bytes were written.</returns>
    public static int Write(Span<byte> target, long value)
    {
        ulong rest = (ulong)((value << 1) ^ (value >> 63));
        int written = 0;
        for (; written < MaxBytes - 1 && rest > 0x7f; written++)
        {
            target[written] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        target[written] = (byte)rest;
        return written + 1;
    }

    /// <summary>Takes the next number off the bytes.</summary>
    /// <exception cref="FormatException">The bytes end within it.</exception>
    public static long Read(ref ReadOnlySpan<byte> source)
    {
        ulong value = 0;
        for (int read = 0; read < source.Length; read++)
        {
            bool isLastPossible = read == MaxBytes - 1;
            ulong bits = isLastPossible ? source[read] : source[read] & 0x7fUL;
            value |= bits << (7 * read);
            if (isLastPossible || source[read] < 0x80)
            {
                source = source[(read + 1)..];
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        throw new FormatException("an encoded histogram ends within a count");
    }
}
