using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>Sends bytes as they stand once a client is accepted.</summary>
/// <param name="bytes">Frames or not.</param>
/// <param name="again">What follows without end; null when nothing does.</param>
/// <param name="endsSending">True when FIN follows.</param>
internal sealed class RawFrames(byte[] bytes, byte[]? again = null, bool endsSending = false) : ServerBehaviour
{
    internal override void OnOpened(ServerChannel channel)
    {
        channel.SendRaw(bytes);
        if (endsSending)
            channel.ShutdownSend();
        if (again is not null)
            Flood.Start(channel, again, nanoseconds: 0);
    }
}
