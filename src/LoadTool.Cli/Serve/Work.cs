using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Cli.Serve;

/// <summary>
/// Sends every message back after work that takes a given time and is done on so many messages at once, whoever sent them; the others wait in line. So the most that it
/// answers is known: slots / time.
/// </summary>
/// <param name="milliseconds">Time of one piece of work.</param>
/// <param name="slots">Pieces of work at once.</param>
internal sealed class Work(double milliseconds, int slots) : ServerBehaviour
{
    /// <summary>Messages come from clients: more than this many in line are a load that nobody meant, and would fill the memory.</summary>
    private const int MostWaiting = 1_000_000;

    private readonly long _nanoseconds = (long)(milliseconds * 1e6);
    private readonly Queue<Piece> _waiting = [];
    private int _free = slots;

    internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode)
    {
        if (_waiting.Count >= MostWaiting)
            return;
        Piece piece = new(this, channel, payload.ToArray(), opcode);
        if (_free == 0)
        {
            _waiting.Enqueue(piece);
            return;
        }

        _free--;
        channel.Loop.Arm(piece, channel.Loop.Now + _nanoseconds);
    }

    /// <summary>
    /// The next in line begins at the moment the slot was due to be free, not when the loop came to it: late timers would make the work longer than it is. What nobody waits
    /// for any more is not begun.
    /// </summary>
    private void OnDone(EventLoop loop, long dueAt)
    {
        while (_waiting.TryDequeue(out Piece? next))
        {
            if (!next.IsAwaited)
                continue;
            loop.Arm(next, dueAt + _nanoseconds);
            return;
        }

        _free++;
    }

    private sealed class Piece(Work work, ServerChannel channel, byte[] payload, Opcode opcode) : LoopTimer
    {
        internal bool IsAwaited => channel.IsOpen;

        internal override void Fire(long dueAt)
        {
            EventLoop loop = channel.Loop;
            if (IsAwaited)
                channel.Send(opcode, payload);
            work.OnDone(loop, dueAt);
        }
    }
}
