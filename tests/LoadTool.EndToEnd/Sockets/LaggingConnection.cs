using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Sockets;

/// <summary>A connection whose peer takes what is sent when the test says so.</summary>
internal sealed class LaggingConnection(EventLoop loop) : Connection(loop)
{
    public int LargestBufferBytes { get; private set; }

    internal override IPEndPoint? LocalEndPoint => null;

    internal override IPEndPoint? RemoteEndPoint => null;

    public void Take(int bytes)
    {
        MemoryMarshal.TryGetArray(Pending, out ArraySegment<byte> segment);
        LargestBufferBytes = Math.Max(LargestBufferBytes, segment.Array!.Length);
        OnPendingSent(bytes);
    }

    internal override void PauseReceiving()
    {
    }

    internal override void ResumeReceiving()
    {
    }

    internal override void ShutdownSend()
    {
    }

    private protected override SocketError TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        return SocketError.WouldBlock;
    }

    private protected override void StartSendingPending()
    {
    }

    private protected override void CloseDescriptor(bool reset)
    {
    }
}
