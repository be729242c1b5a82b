using System.Diagnostics.CodeAnalysis;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Cli.Serve;

/// <summary>Sends messages by itself at an even rate; a client that does not keep up gets fewer.</summary>
internal sealed class Source : ServerBehaviour
{
    private const double MaxRate = 1_000_000;
    private const double MaxSize = 64 * 1024 * 1024;

    private readonly long _interval;
    private readonly byte[] _message;

    private Source(double rate, int size)
    {
        _interval = (long)(1e9 / rate);
        _message = new byte[size];
        _message.AsSpan().Fill((byte)'x');
    }

    internal static bool TryCreate(Query query, [NotNullWhen(true)] out Source? source)
    {
        bool valid = query.TryGet("rate", 10, min: 0.001, MaxRate, out double rate) & query.TryGet("size", 64, min: 0, MaxSize, out double size);
        source = valid ? new Source(rate, (int)size) : null;
        return valid;
    }

    internal override void OnOpened(ServerChannel channel)
    {
        Beat beat = new(this, channel);
        channel.Tag = beat;
        channel.Loop.Arm(beat, channel.Loop.Now + _interval);
    }

    internal override void OnClosed(ServerChannel channel) => channel.Loop.Disarm((Beat)channel.Tag!);

    private sealed class Beat(Source source, ServerChannel channel) : LoopTimer
    {
        internal override void Fire(long dueAt)
        {
            if (!channel.IsBehind)
                channel.Send(Opcode.Text, source._message);
            if (channel.IsOpen)
                channel.Loop.Arm(this, dueAt + source._interval);
        }
    }
}
