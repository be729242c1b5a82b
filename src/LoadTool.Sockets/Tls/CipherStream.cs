using System.Buffers;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace LoadTool.Sockets;

/// <summary>
/// The wire's side of a TLS session: <see cref="System.Net.Security.SslStream"/> reads here what a connection received, and writes here what it
/// is to send. Lives on the connection's loop, so a read resumes inline, and a write never waits: the connection keeps what the system does not take.
/// </summary>
/// <remarks>
/// SslStream runs without a synchronization context: where one is current, a task that ends sends its unattached continuations to the thread
/// pool, and a session is to stay on its loop.
/// </remarks>
internal sealed class CipherStream(Connection connection) : Stream, IValueTaskSource<int>
{
    private LoopCompletion<int> _read;
    private Memory<byte> _destination;
    private ReadOnlyMemory<byte> _available;
    private byte[]? _kept;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>True when the peer sends no more.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Why the connection broke, if it did.</summary>
    internal SocketError? Failure { get; private set; }

    /// <summary>Sees what passes, while there is a handshake to watch.</summary>
    internal ResumptionWatch? Watch { get; set; }

    /// <summary>Gives received bytes to whoever reads; what nobody takes now is copied.</summary>
    internal void Feed(ReadOnlyMemory<byte> bytes)
    {
        Watch?.Received(bytes.Span);
        if (_available.Length > 0)
            Keep(bytes);
        else
            _available = bytes;
        Satisfy();
        if (_available.Length > 0 && _kept is null)
            Keep(default);
    }

    /// <summary>No more bytes will come, in order or, with a failure, not.</summary>
    internal void End(SocketError? failure = null)
    {
        HasEnded = true;
        Failure ??= failure;
        Satisfy();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_available.Length > 0)
            return new ValueTask<int>(Take(buffer));
        if (Failure is { } failure)
            return ValueTask.FromException<int>(Broken(failure));
        if (HasEnded)
            return new ValueTask<int>(0);
        _destination = buffer;
        return new ValueTask<int>(this, _read.Begin());
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Watch?.Sent(buffer);
        SocketError error = connection.Send(buffer);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            Failure ??= error;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("An event loop does not block.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _read.OnCompleted(continuation, state, token, connection.Loop);
        _read.ForgetActor();
    }

    protected override void Dispose(bool disposing)
    {
        Return();
        base.Dispose(disposing);
    }

    private static IOException Broken(SocketError error) => new(error.ToString());

    private void Satisfy()
    {
        if (!_read.IsWaiting)
            return;
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            CompleteRead();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void CompleteRead()
    {
        if (_available.Length > 0)
            _read.SetResult(Take(_destination));
        else if (Failure is { } failure)
            _read.SetException(Broken(failure));
        else if (HasEnded)
            _read.SetResult(0);
    }

    /// <summary>A read of zero bytes only asks whether there are any.</summary>
    private int Take(Memory<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _available.Length);
        _available.Span[..count].CopyTo(buffer.Span);
        _available = _available[count..];
        if (_available.Length == 0)
            Return();
        return count;
    }

    private void Keep(ReadOnlyMemory<byte> more)
    {
        int length = _available.Length + more.Length;
        byte[] larger = ArrayPool<byte>.Shared.Rent(length);
        _available.CopyTo(larger);
        more.CopyTo(larger.AsMemory(_available.Length));
        Return();
        _kept = larger;
        _available = larger.AsMemory(0, length);
    }

    private void Return()
    {
        if (_kept is not null)
            ArrayPool<byte>.Shared.Return(_kept);
        (_kept, _available) = (null, default);
    }
}
