using System.Buffers;
using LoadTool.Sockets;
using Windows.Storage.Streams;

namespace Windows.Networking.Sockets;

/// <summary>
/// What a stream socket received and nobody has read yet. Everything but the calls of <see cref="IInputStream"/> happens on the loop, so
/// nothing here needs a lock; bytes are copied once, out of the loop's buffer, and once more to the reader.
/// </summary>
internal sealed class SocketInputStream(StreamWebSocket socket, EventLoop loop) : IInputStream
{
    /// <summary>Bytes that may wait unread, or as many as a read asks for; past it the socket stops reading and TCP holds the peer back.</summary>
    internal const int MaxUnreadBytes = 1024 * 1024;

    private const int FirstBytes = 4 * 1024;

    private byte[]? _bytes;
    private int _start;
    private int _end;
    private Read? _waiting;
    private Exception? _failure;
    private bool _isEnded;
    private bool _isPaused;
    private volatile bool _isClosed;

    private int Unread => _end - _start;

    public Task<IBuffer> ReadAsync(IBuffer buffer, uint count, InputStreamOptions options, CancellationToken ct = default)
    {
        if (buffer is not IBufferByteAccess { Bytes: Memory<byte> bytes })
            return Task.FromException<IBuffer>(Failures.InvalidArgument("The buffer is null or lacks IBufferByteAccess.", nameof(buffer)));
        if (count > bytes.Length)
            return Task.FromException<IBuffer>(Failures.InvalidArgument("The count is above the buffer's capacity.", nameof(count)));
        Read read = new(buffer, bytes[..(int)count], options.HasFlag(InputStreamOptions.Partial));
        if (loop.IsCurrent)
            Begin(read, ct);
        else
            loop.Post(_ => Begin(read, ct), null);
        return read.Task;
    }

    /// <summary>Reads fail from now on, one in progress as cancelled; what still arrives is dropped.</summary>
    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        if (loop.IsCurrent)
            Abort();
        else
            loop.Post(_ => Abort(), null);
    }

    /// <summary>Bytes have arrived.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isClosed || bytes.IsEmpty)
            return;
        MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
        Answer();
        if (!_isPaused && Unread > Math.Max(MaxUnreadBytes, _waiting?.Destination.Length ?? 0))
        {
            _isPaused = true;
            socket.PauseReceiving();
        }
    }

    /// <summary>The server's Close frame: what arrived can still be read, then the stream ends.</summary>
    internal void End()
    {
        _isEnded = true;
        Answer();
    }

    /// <summary>The connection broke: what arrived can still be read, then reads fail.</summary>
    internal void Fail(Exception failure)
    {
        _failure ??= failure;
        Answer();
    }

    /// <summary>Closed here: nothing is delivered any more.</summary>
    internal void Abort()
    {
        (_start, _end) = (0, 0);
        ReturnBytes();
        _failure = Failures.AbortedLocally();
        _isEnded = false;
        Answer();
        _failure = Failures.Closed(nameof(IInputStream));
        Resume();
    }

    private void Begin(Read read, CancellationToken ct)
    {
        if (Refusal(ct) is { } refusal)
        {
            read.SetException(refusal);
            return;
        }

        _waiting = read;
        socket.Channel!.Hold();
        Answer();
        if (!ReferenceEquals(_waiting, read))
            return;
        if (_isPaused && Unread < read.Destination.Length)
            Resume();
        if (ct.CanBeCanceled)
            read.Registration = ct.UnsafeRegister((_, token) => loop.Post(_ => Cancel(read, token), null), null);
    }

    private Exception? Refusal(CancellationToken ct)
    {
        if (_isClosed)
            return Failures.Closed(nameof(IInputStream));
        if (ct.IsCancellationRequested)
            return Failures.Cancelled(ct);
        return _waiting is null ? socket.CannotReceive() : Failures.Busy(nameof(ReadAsync));
    }

    private void Cancel(Read read, CancellationToken ct)
    {
        if (!ReferenceEquals(_waiting, read))
            return;
        EndWait();
        read.SetException(Failures.Cancelled(ct));
    }

    /// <summary>Ends the read that waits, if what it waits for is here.</summary>
    private void Answer()
    {
        if (_waiting is not { } read)
            return;
        bool isEnough = Unread >= read.Destination.Length || (read.IsPartial && Unread > 0) || _isEnded;
        if (!isEnough && _failure is null)
            return;
        EndWait();
        read.Registration.Unregister();
        if (isEnough)
            read.SetResult(Take(read));
        else
            read.SetException(_failure!);
    }

    private void EndWait()
    {
        _waiting = null;
        socket.Channel!.LetGo();
    }

    private IBuffer Take(Read read)
    {
        int length = Math.Min(Unread, read.Destination.Length);
        _bytes.AsSpan(_start, length).CopyTo(read.Destination.Span);
        read.Buffer.Length = (uint)length;
        _start += length;
        if (Unread == 0)
            ReturnBytes();
        if (Unread <= MaxUnreadBytes / 2)
            Resume();
        return read.Buffer;
    }

    private void Resume()
    {
        if (!_isPaused)
            return;
        _isPaused = false;
        socket.ResumeReceiving();
    }

    /// <summary>Moves what is unread to the front, or into a larger array when that is not enough.</summary>
    private void MakeRoom(int count)
    {
        if (_bytes is not null && count <= _bytes.Length - _end)
            return;
        int unread = Unread;
        byte[] roomy = _bytes is not null && count <= _bytes.Length - unread && _start >= unread
            ? _bytes
            : ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(FirstBytes, 2L * (unread + count))));
        _bytes.AsSpan(_start, unread).CopyTo(roomy);
        if (!ReferenceEquals(roomy, _bytes))
            ReturnBytes();
        (_bytes, _start, _end) = (roomy, 0, unread);
    }

    /// <summary>An idle socket holds no buffer.</summary>
    private void ReturnBytes()
    {
        if (_bytes is not null)
            ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _start, _end) = (null, 0, 0);
    }

    /// <summary>Its awaiter runs elsewhere: it may block, the loop may not.</summary>
    private sealed class Read(IBuffer buffer, Memory<byte> destination, bool isPartial)
        : TaskCompletionSource<IBuffer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal IBuffer Buffer => buffer;

        internal Memory<byte> Destination => destination;

        internal bool IsPartial => isPartial;

        internal CancellationTokenRegistration Registration { get; set; }
    }
}
