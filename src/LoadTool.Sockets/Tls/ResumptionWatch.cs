using System.Buffers.Binary;

namespace LoadTool.Sockets;

/// <summary>
/// Tells from the first messages of a handshake, which pass in clear, whether the server resumed an earlier session; SslStream does not say. In TLS 1.3 its
/// ServerHello then chooses a pre-shared key (RFC 8446, section 4.2.11; nothing else gives SslStream one); before, it repeats the session id that the
/// client offered (RFC 5246, section 7.4.1.3; with a ticket the client makes one up, RFC 5077, section 3.4).
/// </summary>
internal sealed class ResumptionWatch
{
    /// <summary>Several times a ServerHello with the largest key share in use (1.2 KB); a longer one stays unjudged.</summary>
    internal const int MaxHelloBytes = 4096;

    private const int ClientHello = 1;
    private const int ServerHello = 2;
    private const int RandomOffset = HelloReader.MessageHeaderBytes + 2;
    private const int RandomBytes = 32;
    private const int SessionIdOffset = RandomOffset + RandomBytes;
    private const int MaxSessionIdBytes = 32;
    private const int SuiteAndCompressionBytes = 3;
    private const int PreSharedKey = 41;
    private const int SupportedVersions = 43;
    private const int Tls13 = 0x0304;

    private readonly HelloReader _sent = new(SessionIdOffset + 1 + MaxSessionIdBytes);
    private readonly HelloReader _received = new(MaxHelloBytes);
    private byte[]? _offered;

    /// <summary>Null while unknown, and when the messages could not be read.</summary>
    internal bool? IsResumed { get; private set; }

    /// <summary>True when nothing more will be learned.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>A HelloRetryRequest is a ServerHello with this for its random number (RFC 8446, section 4.1.3).</summary>
    private static ReadOnlySpan<byte> RetryRandom =>
    [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ];

    /// <summary>Bytes to the server.</summary>
    internal void Sent(ReadOnlySpan<byte> bytes)
    {
        if (_offered is null && _sent.TryRead(ref bytes, out ReadOnlySpan<byte> hello))
            _offered = TryReadSessionId(hello, ClientHello, out ReadOnlySpan<byte> offered) ? offered.ToArray() : [];
    }

    /// <summary>Bytes from the server.</summary>
    internal void Received(ReadOnlySpan<byte> bytes)
    {
        while (!IsDone && _received.TryRead(ref bytes, out ReadOnlySpan<byte> hello))
            Judge(hello);
        IsDone |= _received.IsLost;
    }

    private static bool TryReadSessionId(ReadOnlySpan<byte> hello, int type, out ReadOnlySpan<byte> id)
    {
        id = default;
        if (hello.Length <= SessionIdOffset || hello[0] != type)
            return false;
        int length = hello[SessionIdOffset];
        if (length > MaxSessionIdBytes || hello.Length < SessionIdOffset + 1 + length)
            return false;
        id = hello.Slice(SessionIdOffset + 1, length);
        return true;
    }

    /// <summary>True when the extensions end where their message does; what they say is in the others.</summary>
    private static bool TryReadExtensions(ReadOnlySpan<byte> extensions, out bool isTls13, out bool hasKey)
    {
        isTls13 = hasKey = false;
        if (extensions.IsEmpty)
            return true;
        if (extensions.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(extensions) != extensions.Length - 2)
            return false;
        for (extensions = extensions[2..]; !extensions.IsEmpty;)
        {
            if (extensions.Length < 4)
                return false;
            int length = BinaryPrimitives.ReadUInt16BigEndian(extensions[2..]);
            if (length > extensions.Length - 4)
                return false;
            int type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            hasKey |= type == PreSharedKey;
            isTls13 |= type == SupportedVersions && length == 2 && BinaryPrimitives.ReadUInt16BigEndian(extensions[4..]) == Tls13;
            extensions = extensions[(4 + length)..];
        }

        return true;
    }

    private void Judge(ReadOnlySpan<byte> hello)
    {
        bool isWhole = hello.Length == HelloReader.MessageHeaderBytes + HelloReader.BodyBytes(hello);
        if (isWhole && TryReadSessionId(hello, ServerHello, out ReadOnlySpan<byte> id))
        {
            if (hello.Slice(RandomOffset, RandomBytes).SequenceEqual(RetryRandom))
                return;
            ReadOnlySpan<byte> rest = hello[(SessionIdOffset + 1 + id.Length)..];
            if (rest.Length >= SuiteAndCompressionBytes && TryReadExtensions(rest[SuiteAndCompressionBytes..], out bool isTls13, out bool hasKey))
                IsResumed = isTls13 ? hasKey : !id.IsEmpty && id.SequenceEqual(_offered);
        }

        IsDone = true;
    }
}
