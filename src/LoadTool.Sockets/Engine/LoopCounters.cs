namespace LoadTool.Sockets;

/// <summary>
/// What passed over one event loop since it started.
/// Rule: the loop's thread alone writes, with plain adds; others read single fields, each exact at some recent moment.
/// </summary>
internal sealed class LoopCounters
{
    internal long MessagesSent;
    internal long MessagesReceived;

    /// <summary>Bytes handed to TCP: frames with their headers, and handshakes.</summary>
    internal long BytesSent;

    /// <summary>Bytes read from TCP: frames with their headers, and handshakes.</summary>
    internal long BytesReceived;

    /// <summary>TCP connections now open or being opened.</summary>
    internal long Connections;

    /// <summary>Compressed messages sent, before compressing and after; likewise received. Time is of the loop's clock.</summary>
    internal long SentPlainBytes, SentCompressedBytes, ReceivedPlainBytes, ReceivedCompressedBytes, DeflateNanoseconds, InflateNanoseconds;

    /// <summary>TLS handshakes of clients that made a new session.</summary>
    internal long TlsFull;

    /// <summary>TLS handshakes of clients that resumed an earlier session.</summary>
    internal long TlsResumed;

    /// <summary>Close codes are below this (RFC 6455, section 7.4.2).</summary>
    internal const int CloseCodeCount = 5000;

    private readonly long[] _closeFramesReceived = new long[CloseCodeCount];
    private readonly long[] _closeFramesSent = new long[CloseCodeCount];

    internal long CloseFramesReceived(int code) => Volatile.Read(ref _closeFramesReceived[code]);

    /// <summary>Answers to the peer's Close frame included.</summary>
    internal long CloseFramesSent(int code) => Volatile.Read(ref _closeFramesSent[code]);

    internal void CountCloseFrame(ushort code) => _closeFramesReceived[code]++;

    internal void CountCloseFrameSent(ushort code) => _closeFramesSent[code]++;
}
