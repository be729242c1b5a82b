using System.Net.Sockets;
using System.Text;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>One connection of a <see cref="RawPeer"/>.</summary>
internal sealed class RawConnection(Socket socket, CancellationToken limit) : IDisposable
{
    public Socket Socket => socket;

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[(await socket.SendAsync(bytes, SocketFlags.None, limit))..];
    }

    /// <summary>Sends in pieces, each its own segment as far as the system lets it be.</summary>
    public async Task SendAsync(byte[] bytes, IEnumerable<int> pieces)
    {
        socket.NoDelay = true;
        int start = 0;
        foreach (int piece in pieces)
        {
            await SendAsync(bytes.AsMemory(start, piece));
            start += piece;
        }
    }

    /// <summary>Exactly so many bytes.</summary>
    /// <exception cref="EndOfStreamException">The connection ended first.</exception>
    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(read), SocketFlags.None, limit);
            read += more > 0 ? more : throw new EndOfStreamException();
        }

        return bytes;
    }

    /// <summary>All that comes until FIN.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using MemoryStream all = new();
        byte[] bytes = new byte[64 * 1024];
        for (int read; (read = await socket.ReceiveAsync(bytes, SocketFlags.None, limit)) > 0;)
            all.Write(bytes, 0, read);
        return all.ToArray();
    }

    public async Task<string> ReadHeadAsync()
    {
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadAsync(1))[0]);
        return head.ToString();
    }

    /// <summary>The next frame of a client, unmasked; it must be masked.</summary>
    public async Task<(int Opcode, bool IsFinal, byte[] Payload)> ReadFrameAsync()
    {
        byte[] start = await ReadAsync(2);
        Assert.True((start[1] & 0x80) != 0, "A client's frame is masked.");
        int length = start[1] & 0x7F;
        if (length >= 126)
        {
            length = 0;
            foreach (byte digit in await ReadAsync((start[1] & 0x7F) == 126 ? 2 : 8))
                length = length << 8 | digit;
        }

        byte[] key = await ReadAsync(4);
        byte[] payload = await ReadAsync(length);
        for (int i = 0; i < length; i++)
            payload[i] ^= key[i & 3];
        return (start[0] & 0xF, (start[0] & 0x80) != 0, payload);
    }

    /// <summary>RST.</summary>
    public void Reset() => socket.Close(0);

    public void Dispose() => socket.Dispose();
}
