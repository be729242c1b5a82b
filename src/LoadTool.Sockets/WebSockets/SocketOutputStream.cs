using LoadTool.Sockets;
using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>The stream of a socket: each write is one message.</summary>
internal sealed class SocketOutputStream(WebSocketBase socket) : IOutputStream
{
    private volatile bool _isClosed;

    public async Task<uint> WriteAsync(IBuffer buffer, CancellationToken ct = default)
    {
        Memory<byte> payload = buffer.UsedBytes();
        if (_isClosed)
            throw Failures.Closed(nameof(IOutputStream));
        if (ct.IsCancellationRequested)
            throw Failures.Cancelled(ct);
        await socket.WriteAsync(payload);
        return (uint)payload.Length;
    }

    public Task<bool> FlushAsync(CancellationToken ct = default)
    {
        Exception? refusal = _isClosed ? Failures.Closed(nameof(IOutputStream)) : socket.CannotSend();
        return refusal is null ? Task.FromResult(true) : Task.FromException<bool>(refusal);
    }

    public void Dispose() => _isClosed = true;
}
