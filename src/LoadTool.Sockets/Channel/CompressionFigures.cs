namespace LoadTool.Sockets;

/// <summary>What permessage-deflate did on one connection so far; messages that went plain are not in it.</summary>
/// <param name="Agreed">What client and server agreed on.</param>
/// <param name="SentPlainBytes">Sent, before compressing.</param>
/// <param name="SentCompressedBytes">Sent, after compressing, without frame headers.</param>
/// <param name="ReceivedPlainBytes">Received, after inflating.</param>
/// <param name="ReceivedCompressedBytes">Received, before inflating, without frame headers.</param>
/// <param name="DeflateNanoseconds">Time spent compressing, by the event loop's clock.</param>
/// <param name="InflateNanoseconds">Time spent inflating, by the event loop's clock.</param>
public readonly record struct CompressionFigures(
    DeflateOptions Agreed,
    long SentPlainBytes,
    long SentCompressedBytes,
    long ReceivedPlainBytes,
    long ReceivedCompressedBytes,
    long DeflateNanoseconds,
    long InflateNanoseconds)
{
    /// <summary>Plain bytes per compressed byte sent: 4 means a quarter was left. Null before anything was.</summary>
    public double? SentRatio => Ratio(SentPlainBytes, SentCompressedBytes);

    /// <summary>Plain bytes per compressed byte received. Null before anything was.</summary>
    public double? ReceivedRatio => Ratio(ReceivedPlainBytes, ReceivedCompressedBytes);

    private static double? Ratio(long plain, long compressed) => compressed == 0 ? null : (double)plain / compressed;
}
