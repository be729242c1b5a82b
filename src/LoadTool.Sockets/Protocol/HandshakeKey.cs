using System.Buffers.Text;
using System.Security.Cryptography;

namespace LoadTool.Sockets.Protocol;

/// <summary>The client's nonce and the server's proof that it understood it (RFC 6455, sections 4.1 and 4.2.2).</summary>
internal static class HandshakeKey
{
    /// <summary>16 random bytes in base64.</summary>
    public const int KeyBytes = 24;

    /// <summary>A SHA-1 in base64.</summary>
    public const int AcceptBytes = 28;

    private static ReadOnlySpan<byte> Salt => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>True for what <see cref="ClientHandshake.CreateKey"/> can write.</summary>
    public static bool IsValid(ReadOnlySpan<byte> key) =>
        key.Length == KeyBytes && Base64.IsValid(key, out int decodedBytes) && decodedBytes == 16;

    /// <summary>Writes the answer that belongs to a valid key.</summary>
    public static void WriteAccept(ReadOnlySpan<byte> key, Span<byte> accept)
    {
        Span<byte> salted = stackalloc byte[KeyBytes + Salt.Length];
        key.CopyTo(salted);
        Salt.CopyTo(salted[KeyBytes..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(salted, hash);
        Base64.EncodeToUtf8(hash, accept, out _, out _);
    }
}
