using LoadTool.Sockets;

namespace Windows.Storage.Streams;

/// <summary>An <see cref="IInputStream"/> as a .NET stream.</summary>
internal sealed class ReadAdapter(IInputStream stream) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Partial: a .NET stream returns what there is.
        var view = new Buffer(buffer, length: 0);
        IBuffer result = await stream.ReadAsync(view, view.Capacity, InputStreamOptions.Partial, cancellationToken).ConfigureAwait(EventLoop.Current is not null);
        Memory<byte> read = result.UsedBytes();
        if (!ReferenceEquals(result, view))
            read.CopyTo(buffer);
        return read.Length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, default).GetAwaiter().GetResult();

    public override void Flush()
    {
        // Nothing is held back on the way in.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }
}
