using System.Text;

namespace LoadTool;

/// <summary>A message made once and sent many times, so that sending it costs nothing but the sending.</summary>
public sealed class Payload
{
    private readonly ReadOnlyMemory<byte> _bytes;

    private Payload(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Length in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>Readable ASCII text of a given size.</summary>
    /// <param name="bytes">The size in bytes; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static Payload Text(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        const string Pattern = "the quick brown fox jumps over the lazy dog ";
        byte[] text = new byte[bytes];
        for (int i = 0; i < bytes; i++)
            text[i] = (byte)Pattern[i % Pattern.Length];
        return new Payload(text);
    }

    /// <summary>A text of one's own.</summary>
    /// <param name="text">Encoded as UTF-8.</param>
    public static Payload Text(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes that do not compress, the same ones on each run.</summary>
    /// <param name="bytes">The size in bytes; 0 or more.</param>
    /// <param name="seed">Another seed gives other bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static Payload Binary(int bytes, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        byte[] random = new byte[bytes];
        new Random(seed).NextBytes(random);
        return new Payload(random);
    }

    /// <summary>What sockets send.</summary>
    /// <param name="payload">The payload.</param>
    public static implicit operator ReadOnlyMemory<byte>(Payload payload) => payload._bytes;
}
