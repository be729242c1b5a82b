using System.Net.Sockets;

namespace LoadTool.Outputs.Delivery;

/// <summary>Sends lines of text as datagrams, as many lines in each as fit. Nobody says whether they arrive.</summary>
/// <param name="host">Name or address.</param>
/// <param name="port">Port.</param>
internal sealed class UdpSender(string host, int port) : IDisposable
{
    /// <summary>What passes every usual network in one packet: 1,500 bytes of Ethernet less IPv6, UDP and a tunnel's head.</summary>
    private const int MaxBytes = 1_432;

    private Socket? _socket;

    internal async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        try
        {
            _socket ??= await ConnectAsync(cancellation);
            for (ReadOnlyMemory<byte> rest = piece; rest.Length > 0;)
            {
                int length = LengthOfLines(rest.Span);
                await _socket.SendAsync(rest[..length], cancellation);
                rest = rest[length..];
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <summary>At least one line; one that is too long goes alone.</summary>
    private static int LengthOfLines(ReadOnlySpan<byte> lines)
    {
        if (lines.Length <= MaxBytes)
            return lines.Length;
        int last = lines[..MaxBytes].LastIndexOf((byte)'\n');
        int end = last >= 0 ? last : lines.IndexOf((byte)'\n');
        return end < 0 ? lines.Length : end + 1;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        Socket socket = new(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
