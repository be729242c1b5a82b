namespace LoadTool.Sockets;

/// <summary>
/// Holds the reads of one channel to a rate: after each read it says when the next may begin. Armed only while a read has to wait; who is silent
/// costs nothing.
/// </summary>
/// <param name="channel">Whose reads.</param>
/// <param name="bytesPerSecond">Greater than 0.</param>
internal sealed class ReceivePacer(WebSocketChannel channel, int bytesPerSecond) : LoopTimer
{
    /// <summary>Reads per second, where the rate is not so high that the loop's buffer is the limit: a slow reader, not one that stops and gulps.</summary>
    private const int ReadsPerSecond = 20;

    private const long NanosecondsPerSecond = 1_000_000_000;

    private long _nextReadAt;

    internal int BytesPerSecond => bytesPerSecond;

    /// <summary>The most that one read may take.</summary>
    internal int ReadBytes => Math.Clamp(bytesPerSecond / ReadsPerSecond, 1, EventLoop.ReceiveBufferBytes);

    /// <summary>Bytes were read; none more until the timer is due.</summary>
    internal void Count(int bytes)
    {
        // From when the read was allowed, not from when the loop came to it, or the rate would fall short; but a silence saves up nothing.
        long now = channel.Loop.Now;
        _nextReadAt = Math.Max(_nextReadAt, now - Duration(ReadBytes)) + Duration(bytes);
        channel.Loop.Arm(this, _nextReadAt);
    }

    internal override void Fire(long dueAt) => channel.OnPaceDue();

    private long Duration(int bytes) => bytes * NanosecondsPerSecond / bytesPerSecond;
}
