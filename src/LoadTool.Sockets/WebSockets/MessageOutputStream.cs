using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>The stream of a message socket: each write is one message.</summary>
internal sealed class MessageOutputStream(MessageWebSocket socket) : IOutputStream
{
    private bool _closed;

    public async Task<uint> WriteAsync(IBuffer buffer, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        cancellationToken.ThrowIfCancellationRequested();
        await socket.SendAsync(buffer.ToArray());
        return buffer.Length;
    }

    public Task<bool> FlushAsync(CancellationToken cancellationToken = default)
    {
        RequireOpen();
        return socket.CannotSend() is { } cause ? Task.FromException<bool>(cause) : Task.FromResult(true);
    }

    public void Dispose() => _closed = true;

    private void RequireOpen()
    {
        if (_closed)
            throw LoadTool.Sockets.Failures.Closed(nameof(IOutputStream));
    }
}
