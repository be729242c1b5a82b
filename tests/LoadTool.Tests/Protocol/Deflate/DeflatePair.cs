using System.Buffers;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

/// <summary>One direction of a connection: what one end compresses and the other decompresses, with a pool of each end's own.</summary>
internal sealed class DeflatePair : IDisposable
{
    private readonly DeflatePool _sending = new();
    private readonly DeflatePool _receiving = new();
    private byte[]? _plain;
    private int _length;

    public DeflatePair(int windowBits = 15, bool keepsContext = true, int maxMessageBytes = 1 << 20)
    {
        Deflater = new(_sending, windowBits, keepsContext);
        Inflater = new(_receiving, windowBits, keepsContext, maxMessageBytes);
    }

    public MessageDeflater Deflater { get; }

    public MessageInflater Inflater { get; }

    /// <summary>Compresses a message given in pieces, into rooms of a size.</summary>
    public byte[] Deflate(IEnumerable<byte[]> pieces, int room = 1 << 16)
    {
        var compressed = new List<byte>();
        byte[][] all = [.. pieces];
        for (int index = 0; index < Math.Max(1, all.Length); index++)
        {
            ReadOnlySpan<byte> source = all.Length == 0 ? [] : all[index];
            bool isDone = false;
            while (!isDone)
            {
                var output = new byte[room];
                int written = Deflater.Deflate(ref source, output, endsMessage: index >= all.Length - 1, out isDone);
                compressed.AddRange(output[..written]);
            }

            Assert.True(source.IsEmpty);
        }

        return [.. compressed];
    }

    /// <summary>Decompresses a message given in pieces; null when it is too long.</summary>
    public byte[]? Inflate(IEnumerable<byte[]> pieces, bool isText = false)
    {
        byte[][] all = [.. pieces];
        for (int index = 0; index < Math.Max(1, all.Length); index++)
        {
            byte[] piece = all.Length == 0 ? [] : all[index];
            if (!Inflater.TryAppend(piece, endsMessage: index >= all.Length - 1, isText, ref _plain, ref _length))
                return null;
        }

        byte[] message = _plain.AsSpan(0, _length).ToArray();
        _length = 0;
        return message;
    }

    /// <summary>Decompresses one message: its hex, "too long", or the close code of a refusal.</summary>
    public string Outcome(IEnumerable<byte[]> pieces, bool isText = false)
    {
        try
        {
            return Inflate(pieces, isText) is { } message ? Convert.ToHexString(message) : "too long";
        }
        catch (FrameException refusal)
        {
            return refusal.CloseCode.ToString();
        }
    }

    public void Dispose()
    {
        Deflater.Dispose();
        Inflater.Dispose();
        _sending.Dispose();
        _receiving.Dispose();
        if (_plain is not null)
            ArrayPool<byte>.Shared.Return(_plain);
    }
}
