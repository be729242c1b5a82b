using System.Text;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Cli.Serve;

/// <summary>Answers the upgrade with a head of its own making, then says nothing more, whatever the client sends.</summary>
/// <param name="head">With {0} where the right Sec-WebSocket-Accept belongs.</param>
/// <param name="again">What follows without end; null when nothing does.</param>
/// <param name="nanoseconds">The time between two of those.</param>
internal sealed class RawAnswer(string head, byte[]? again = null, long nanoseconds = 0) : ServerBehaviour
{
    /// <summary>Up to where a 101 is right.</summary>
    internal const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n";

    internal override void OnRequested(ServerChannel channel, ReadOnlySpan<byte> key)
    {
        Span<byte> accept = stackalloc byte[HandshakeKey.AcceptBytes];
        HandshakeKey.WriteAccept(key, accept);
        channel.SendRaw(Encoding.ASCII.GetBytes(head.Replace("{0}", Encoding.ASCII.GetString(accept), StringComparison.Ordinal)));
        if (again is not null)
            Flood.Start(channel, again, nanoseconds);
    }
}
