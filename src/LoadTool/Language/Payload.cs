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
        byte[] text = new byte[bytes];
        FilledPayload.FillText(text);
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

    /// <summary>Readable ASCII texts of sizes that differ.</summary>
    /// <param name="bytes">The sizes in bytes.</param>
    public static PayloadGenerator Text(Distribution bytes) => new FilledPayload(bytes, isText: true);

    /// <summary>Random bytes, others in each message, of one size.</summary>
    /// <param name="bytes">The size in bytes; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than <see cref="PayloadGenerator.MaxBytes"/>.</exception>
    public static PayloadGenerator Random(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, PayloadGenerator.MaxBytes);
        return Random(Distribution.Constant(bytes));
    }

    /// <summary>Random bytes, others in each message, of sizes that differ.</summary>
    /// <param name="bytes">The sizes in bytes.</param>
    public static PayloadGenerator Random(Distribution bytes) => new FilledPayload(bytes, isText: false);

    /// <summary>Readable texts that begin with a <see cref="LatencyMarker"/>: the sending user's number, the index of its message, and when it was made.</summary>
    /// <param name="bytes">The size in bytes; at least <see cref="LatencyMarker.Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Smaller than a marker, or more than <see cref="PayloadGenerator.MaxBytes"/>.</exception>
    public static PayloadGenerator Marked(int bytes = LatencyMarker.Length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, LatencyMarker.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, PayloadGenerator.MaxBytes);
        return new MarkedPayload(bytes);
    }

    /// <summary>
    /// A text in which each message has its own values for <c>{user}</c> (the user's number), <c>{iteration}</c> (count of the user's iterations), <c>{number}</c>
    /// (index of the user's message, over all generators), <c>{random}</c> or <c>{random:1-100}</c>, <c>{hex:8}</c> (random digits) and <c>{text}</c>. Other braces stay,
    /// so that JSON is written as it is; <c>{{</c> before a name stands for one brace.
    /// </summary>
    /// <param name="template">The text; sent as UTF-8.</param>
    /// <param name="textBytes">The sizes of <c>{text}</c> in bytes.</param>
    /// <exception cref="ArgumentException">A placeholder that is none; the message says where.</exception>
    public static PayloadGenerator Template(string template, Distribution? textBytes = null) => new PayloadTemplate(template, textBytes);

    /// <summary>What sockets send.</summary>
    /// <param name="payload">The payload.</param>
    public static implicit operator ReadOnlyMemory<byte>(Payload payload) => payload._bytes;
}
