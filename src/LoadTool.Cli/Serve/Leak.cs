using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Cli.Serve;

/// <summary>
/// Sends every message back, and for each connection keeps so many more bytes every so often, which nobody ever frees. They come from slabs, byte for byte, so that how fast the server grows is known.
/// </summary>
internal sealed unsafe class Leak : ServerBehaviour
{
    private const int SlabBytes = 64 * 1024;

    /// <summary>Addresses come from clients: a leak that nobody watches ends before the machine does.</summary>
    private const long MostBytes = 1L << 30;

    // Of all connections together: a slab for each would be touched page by page, and the server grow in steps. Used by the server's one loop only.
    private static long _kept;
    private static byte* _slab;
    private static int _left;

    private readonly int _bytes;
    private readonly long _interval;

    private Leak(int bytes, double milliseconds) => (_bytes, _interval) = (bytes, (long)(milliseconds * 1e6));

    internal static bool TryCreate(Query query, [NotNullWhen(true)] out Leak? leak)
    {
        bool valid = query.TryGet("bytes", 100, min: 0, SlabBytes, out double bytes) & query.TryGet("every", 1_000, min: 1, 86_400_000, out double milliseconds);
        leak = valid ? new Leak((int)bytes, milliseconds) : null;
        return valid;
    }

    internal override void OnOpened(ServerChannel channel)
    {
        Beat beat = new(this, channel);
        channel.Tag = beat;
        channel.Loop.Arm(beat, channel.Loop.Now + _interval);
    }

    internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode) => channel.Send(opcode, payload);

    internal override void OnClosed(ServerChannel channel) => channel.Loop.Disarm((Beat)channel.Tag!);

    private void Keep()
    {
        if (_kept >= MostBytes)
            return;
        if (_left < _bytes)
        {
            _slab = (byte*)NativeMemory.Alloc(SlabBytes);
            _left = SlabBytes;
        }

        _left -= _bytes;
        _kept += _bytes;

        // Memory counts once it was written.
        new Span<byte>(_slab + _left, _bytes).Fill(1);
    }

    private sealed class Beat(Leak leak, ServerChannel channel) : LoopTimer
    {
        internal override void Fire(long dueAt)
        {
            leak.Keep();
            if (channel.IsOpen)
                channel.Loop.Arm(this, dueAt + leak._interval);
        }
    }
}
