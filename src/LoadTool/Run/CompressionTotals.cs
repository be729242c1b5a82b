namespace LoadTool;

/// <summary>What permessage-deflate did over the sockets of all loops; all zero where it was not agreed on.</summary>
/// <param name="SentPlainBytes">Bytes of sent messages before they were compressed.</param>
/// <param name="SentCompressedBytes">The same bytes compressed.</param>
/// <param name="ReceivedPlainBytes">Bytes of received messages after they were inflated.</param>
/// <param name="ReceivedCompressedBytes">The same bytes as they arrived.</param>
/// <param name="Deflate">Time spent compressing.</param>
/// <param name="Inflate">Time spent inflating.</param>
public readonly record struct CompressionTotals(
    long SentPlainBytes, long SentCompressedBytes, long ReceivedPlainBytes, long ReceivedCompressedBytes, TimeSpan Deflate, TimeSpan Inflate)
{
    /// <summary>The difference of two readings.</summary>
    /// <param name="later">The later reading.</param>
    /// <param name="earlier">The earlier reading.</param>
    public static CompressionTotals operator -(CompressionTotals later, CompressionTotals earlier) => new(
        later.SentPlainBytes - earlier.SentPlainBytes,
        later.SentCompressedBytes - earlier.SentCompressedBytes,
        later.ReceivedPlainBytes - earlier.ReceivedPlainBytes,
        later.ReceivedCompressedBytes - earlier.ReceivedCompressedBytes,
        later.Deflate - earlier.Deflate,
        later.Inflate - earlier.Inflate);
}
