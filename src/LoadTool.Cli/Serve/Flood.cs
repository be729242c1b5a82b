using LoadTool.Sockets;

namespace LoadTool.Cli.Serve;

/// <summary>Sends the same bytes to one client for as long as it is there, in step with what it reads, and lets the loop turn in between.</summary>
internal sealed class Flood : LoopTimer
{
    /// <summary>A client that does not keep up is looked at again after a millisecond.</summary>
    private const long BehindNanoseconds = 1_000_000;

    private readonly ServerChannel _channel;
    private readonly byte[] _bytes;
    private readonly long _nanoseconds;

    private Flood(ServerChannel channel, byte[] bytes, long nanoseconds) => (_channel, _bytes, _nanoseconds) = (channel, bytes, nanoseconds);

    /// <param name="channel">The client's.</param>
    /// <param name="bytes">Sent each time.</param>
    /// <param name="nanoseconds">The time between; 0 sends as fast as the client reads.</param>
    internal static void Start(ServerChannel channel, byte[] bytes, long nanoseconds) =>
        channel.Loop.Arm(new Flood(channel, bytes, nanoseconds), channel.Loop.Now + nanoseconds);

    internal override void Fire(long dueAt)
    {
        if (!_channel.IsLive)
            return;
        bool isBehind = _channel.IsBehind;
        if (!isBehind)
            _channel.SendRaw(_bytes);
        _channel.Loop.Arm(this, _channel.Loop.Now + (isBehind ? Math.Max(_nanoseconds, BehindNanoseconds) : _nanoseconds));
    }
}
