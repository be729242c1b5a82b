using LoadTool.Sockets;

namespace Windows.Storage.Streams;

/// <summary>A stream over bytes that are all there: a received message.</summary>
internal sealed class MemoryInputStream(ReadOnlyMemory<byte> bytes) : IInputStream
{
    private ReadOnlyMemory<byte> _rest = bytes;
    private bool _isClosed;

    public Task<IBuffer> ReadAsync(IBuffer buffer, uint count, InputStreamOptions options, CancellationToken ct = default)
    {
        if (_isClosed)
            return Task.FromException<IBuffer>(Failures.Closed(nameof(IInputStream)));
        if (ct.IsCancellationRequested)
            return Task.FromException<IBuffer>(Failures.Cancelled(ct));
        if (buffer is not IBufferByteAccess access)
            return Task.FromException<IBuffer>(Failures.InvalidArgument("The buffer is null or lacks IBufferByteAccess.", nameof(buffer)));
        if (count > access.Bytes.Length)
            return Task.FromException<IBuffer>(Failures.InvalidArgument("The count is above the buffer's capacity.", nameof(count)));

        int length = (int)Math.Min(count, (uint)_rest.Length);
        _rest[..length].CopyTo(access.Bytes);
        _rest = _rest[length..];
        buffer.Length = (uint)length;
        return Task.FromResult(buffer);
    }

    public void Dispose() => _isClosed = true;
}
