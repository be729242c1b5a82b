using System.Diagnostics.CodeAnalysis;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Cli.Serve;

/// <summary>Answers every so manieth message of a connection with a message of a given size, and keeps silent about the others.</summary>
internal sealed class Replies : ServerBehaviour
{
    private const double MaxEvery = 1_000_000;
    private const double MaxSize = 64 * 1024 * 1024;

    private readonly int _every;
    private readonly byte[] _reply;

    private Replies(int every, int size)
    {
        _every = every;
        _reply = new byte[size];
        _reply.AsSpan().Fill((byte)'x');
    }

    internal static bool TryCreate(Query query, [NotNullWhen(true)] out Replies? replies)
    {
        bool valid = query.TryGet("every", 1, min: 1, MaxEvery, out double every) & query.TryGet("size", 16, min: 0, MaxSize, out double size);
        replies = valid ? new Replies((int)every, (int)size) : null;
        return valid;
    }

    internal override void OnOpened(ServerChannel channel) => channel.Tag = new Count();

    internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode)
    {
        Count unanswered = (Count)channel.Tag!;
        if (++unanswered.Messages < _every)
            return;
        unanswered.Messages = 0;
        channel.Send(Opcode.Text, _reply);
    }

    private sealed class Count
    {
        internal int Messages;
    }
}
