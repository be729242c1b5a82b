namespace LoadTool;

/// <summary>What passed over the sockets of all loops.</summary>
/// <param name="MessagesSent">Messages handed to TCP.</param>
/// <param name="MessagesReceived">Messages received whole.</param>
/// <param name="BytesSent">Bytes handed to TCP: frames with their headers, and handshakes.</param>
/// <param name="BytesReceived">Bytes read from TCP: frames with their headers, and handshakes.</param>
public readonly record struct Traffic(long MessagesSent, long MessagesReceived, long BytesSent, long BytesReceived)
{
    /// <summary>TLS handshakes that made a new session.</summary>
    public long TlsFull { get; init; }

    /// <summary>TLS handshakes that resumed an earlier session.</summary>
    public long TlsResumed { get; init; }

    /// <summary>What permessage-deflate did.</summary>
    public CompressionTotals Compression { get; init; }

    /// <summary>The difference of two readings.</summary>
    /// <param name="later">The later reading.</param>
    /// <param name="earlier">The earlier reading.</param>
    public static Traffic operator -(Traffic later, Traffic earlier) => new(
        later.MessagesSent - earlier.MessagesSent,
        later.MessagesReceived - earlier.MessagesReceived,
        later.BytesSent - earlier.BytesSent,
        later.BytesReceived - earlier.BytesReceived)
    {
        TlsFull = later.TlsFull - earlier.TlsFull,
        TlsResumed = later.TlsResumed - earlier.TlsResumed,
        Compression = later.Compression - earlier.Compression,
    };
}
