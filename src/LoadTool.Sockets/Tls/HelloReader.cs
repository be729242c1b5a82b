namespace LoadTool.Sockets;

/// <summary>
/// Finds the first messages of a TLS handshake in what passes in one direction, in clear and however cut (RFC 8446, sections 4 and 5.1; the same
/// framing since SSL 3). Without I/O, and bounded.
/// </summary>
/// <param name="capacity">Bytes of a message that are kept, of a longer one its front.</param>
internal sealed class HelloReader(int capacity)
{
    internal const int MessageHeaderBytes = 4;
    private const int RecordHeaderBytes = 5;
    private const int ChangeCipherSpec = 20;
    private const int Handshake = 22;

    private readonly byte[] _message = new byte[capacity];
    private int _length;
    private ulong _header;
    private int _headerBytes;
    private int _recordBytes;
    private bool _isHandshake;

    /// <summary>True when what came is no beginning of a handshake, or an alert: nothing more will be found.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>Reads on.</summary>
    /// <param name="source">What has come; what the message did not need is left.</param>
    /// <param name="message">From its type on, cut off at the capacity; valid until the next call.</param>
    /// <returns>False when more bytes are needed, or none would help.</returns>
    internal bool TryRead(ref ReadOnlySpan<byte> source, out ReadOnlySpan<byte> message)
    {
        message = default;
        while (!source.IsEmpty && !IsLost)
        {
            if (_recordBytes == 0)
            {
                TakeHeader(source[0]);
                source = source[1..];
                continue;
            }

            int wanted = _isHandshake ? Math.Min(_recordBytes, Wanted) : _recordBytes;
            int taken = Math.Min(source.Length, wanted);
            if (_isHandshake)
                source[..taken].CopyTo(_message.AsSpan(_length));
            _length += _isHandshake ? taken : 0;
            source = source[taken..];
            _recordBytes -= taken;
            if (_length < MessageHeaderBytes || Wanted > 0)
                continue;
            message = _message.AsSpan(0, _length);
            _length = 0;
            return true;
        }

        return false;
    }

    /// <summary>Bytes that the message, or its header, still lacks.</summary>
    private int Wanted => (_length < MessageHeaderBytes ? MessageHeaderBytes : Math.Min(capacity, MessageHeaderBytes + BodyBytes(_message))) - _length;

    internal static int BodyBytes(ReadOnlySpan<byte> message) => message[1] << 16 | message[2] << 8 | message[3];

    private void TakeHeader(byte value)
    {
        _header = _header << 8 | value;
        if (++_headerBytes < RecordHeaderBytes)
            return;
        int type = (byte)(_header >> 32);
        _isHandshake = type == Handshake;
        _recordBytes = (ushort)_header;
        IsLost = type is not (Handshake or ChangeCipherSpec) || (byte)(_header >> 24) != 3 || _recordBytes == 0;
        (_header, _headerBytes) = (0, 0);
    }
}
