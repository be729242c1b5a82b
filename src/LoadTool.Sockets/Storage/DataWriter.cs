using System.Numerics;
using System.Runtime.CompilerServices;
using LoadTool.Sockets;

namespace Windows.Storage.Streams;

/// <summary>
/// Gathers values in memory and writes them to a stream at once: on a message socket one <see cref="StoreAsync"/> is one message.
/// What touches the bytes fails with RO_E_CLOSED (<see cref="ObjectDisposedException"/>) after <see cref="Dispose"/>, and with HRESULT 0x800710DD
/// (<see cref="WebSocketTransportException"/>) while a store or flush is in progress.
/// </summary>
public sealed class DataWriter : IDisposable
{
    private IOutputStream? _stream;
    private byte[] _bytes = [];
    private int _length;
    private string? _inProgress;
    private bool _isClosed;

    /// <summary>Makes a writer without a stream: its bytes are fetched with <see cref="DetachBuffer"/>.</summary>
    public DataWriter()
    {
    }

    /// <summary>Makes a writer that owns a stream until <see cref="DetachStream"/>.</summary>
    /// <param name="outputStream">Disposed with the writer.</param>
    /// <exception cref="ArgumentException">E_INVALIDARG: <paramref name="outputStream"/> is null.</exception>
    public DataWriter(IOutputStream outputStream) =>
        _stream = outputStream ?? throw Failures.InvalidArgument("There is no stream.", nameof(outputStream));

    /// <summary>How strings are written; UTF-8 at first. An undefined value is E_INVALIDARG.</summary>
    public UnicodeEncoding UnicodeEncoding { get; set => field = StreamEncoding.Check(value); }

    /// <summary>How numbers are written; high byte first at first. An undefined value is E_INVALIDARG.</summary>
    public ByteOrder ByteOrder { get; set => field = StreamEncoding.Check(value); } = ByteOrder.BigEndian;

    /// <summary>Bytes gathered and not stored.</summary>
    public uint UnstoredBufferLength => _isClosed ? throw Failures.Closed(nameof(DataWriter)) : (uint)_length;

    /// <summary>Appends one byte.</summary>
    /// <param name="value">The byte.</param>
    public void WriteByte(byte value) => Append(1)[0] = value;

    /// <summary>Appends an array.</summary>
    /// <param name="value">Its bytes are copied. Null is E_INVALIDARG.</param>
    public void WriteBytes(byte[] value) => Append(value ?? throw Failures.InvalidArgument("There is no array.", nameof(value)));

    /// <summary>Appends the bytes a buffer has in use.</summary>
    /// <param name="buffer">Copied. Null, or a buffer that gives no bytes, is E_INVALIDARG.</param>
    public void WriteBuffer(IBuffer buffer) => Append(buffer.UsedBytes().Span);

    /// <summary>Appends part of what a buffer has in use.</summary>
    /// <param name="buffer">Copied. Null, or a buffer that gives no bytes, is E_INVALIDARG.</param>
    /// <param name="start">Of the first byte.</param>
    /// <param name="count">In bytes; past the bytes in use is E_BOUNDS.</param>
    public void WriteBuffer(IBuffer buffer, uint start, uint count)
    {
        Memory<byte> bytes = buffer.UsedBytes();
        if (start > bytes.Length || count > bytes.Length - start)
            throw Failures.OutOfBounds("The part does not lie in the buffer.");
        Append(bytes.Span.Slice((int)start, (int)count));
    }

    /// <summary>Appends one byte, 0 or 1.</summary>
    /// <param name="value">True for 1.</param>
    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Appends 16 bytes; the first three fields are in <see cref="ByteOrder"/>.</summary>
    /// <param name="value">The identifier.</param>
    public void WriteGuid(Guid value) => value.TryWriteBytes(Append(16), bigEndian: ByteOrder == ByteOrder.BigEndian, out _);

    /// <summary>Appends 2 bytes in <see cref="ByteOrder"/>.</summary>
    /// <param name="value">The number.</param>
    public void WriteInt16(short value) => AppendNumber(value);

    /// <summary>Appends 4 bytes in <see cref="ByteOrder"/>.</summary>
    /// <param name="value">The number.</param>
    public void WriteInt32(int value) => AppendNumber(value);

    /// <summary>Appends 8 bytes in <see cref="ByteOrder"/>.</summary>
    /// <param name="value">The number.</param>
    public void WriteInt64(long value) => AppendNumber(value);

    /// <summary>Appends 2 bytes in <see cref="ByteOrder"/>.</summary>
    /// <param name="value">The number.</param>
    public void WriteUInt16(ushort value) => AppendNumber(value);

    /// <summary>Appends 4 bytes in <see cref="ByteOrder"/>.</summary>
    /// <param name="value">The number.</param>
    public void WriteUInt32(uint value) => AppendNumber(value);

    /// <summary>Appends 8 bytes in <see cref="ByteOrder"/>.</summary>
    /// <param name="value">The number.</param>
    public void WriteUInt64(ulong value) => AppendNumber(value);

    /// <summary>Appends the 4 bytes of IEEE 754 in <see cref="ByteOrder"/>.</summary>
    /// <param name="value">The number.</param>
    public void WriteSingle(float value) => AppendNumber(BitConverter.SingleToUInt32Bits(value));

    /// <summary>Appends the 8 bytes of IEEE 754 in <see cref="ByteOrder"/>.</summary>
    /// <param name="value">The number.</param>
    public void WriteDouble(double value) => AppendNumber(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Appends 8 bytes in <see cref="ByteOrder"/>: units of 100 ns since 1601, UTC.</summary>
    /// <param name="value">The moment; its offset is not kept.</param>
    public void WriteDateTime(DateTimeOffset value) => AppendNumber(value.UtcTicks - StreamEncoding.TicksBefore1601);

    /// <summary>Appends 8 bytes in <see cref="ByteOrder"/>: units of 100 ns.</summary>
    /// <param name="value">The duration.</param>
    public void WriteTimeSpan(TimeSpan value) => AppendNumber(value.Ticks);

    /// <summary>Appends a string in <see cref="UnicodeEncoding"/>, without its length.</summary>
    /// <param name="value">Null is E_INVALIDARG.</param>
    /// <returns>The bytes appended.</returns>
    public uint WriteString(string value)
    {
        uint count = MeasureString(value);
        StreamEncoding.Of(UnicodeEncoding).GetBytes(value, Append((int)count));
        return count;
    }

    /// <summary>Says how long a string is in <see cref="UnicodeEncoding"/> and writes nothing.</summary>
    /// <param name="value">Null is E_INVALIDARG.</param>
    /// <returns>In bytes.</returns>
    public uint MeasureString(string value) =>
        (uint)StreamEncoding.Of(UnicodeEncoding).GetByteCount(value ?? throw Failures.InvalidArgument("There is no string.", nameof(value)));

    /// <summary>Writes everything gathered to the stream in one write, even when that is nothing; what a failed write left is kept.</summary>
    /// <param name="ct">Aborts the write.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="InvalidOperationException">E_ILLEGAL_METHOD_CALL: the writer has no stream.</exception>
    public async Task<uint> StoreAsync(CancellationToken ct = default)
    {
        IOutputStream stream = Begin(nameof(StoreAsync));
        try
        {
            uint written = await stream.WriteAsync(new Buffer(_bytes.AsMemory(0, _length), _length), ct).ConfigureAwait(EventLoop.Current is not null);
            int left = _length - (int)Math.Min(written, (uint)_length);
            _bytes.AsSpan(_length - left, left).CopyTo(_bytes);
            _length = left;
            return written;
        }
        finally
        {
            _inProgress = null;
        }
    }

    /// <summary>Flushes the stream; bytes that were not stored stay here.</summary>
    /// <param name="ct">Aborts the wait.</param>
    /// <returns>True on success.</returns>
    /// <exception cref="InvalidOperationException">E_ILLEGAL_METHOD_CALL: the writer has no stream.</exception>
    public async Task<bool> FlushAsync(CancellationToken ct = default)
    {
        IOutputStream stream = Begin(nameof(FlushAsync));
        try
        {
            return await stream.FlushAsync(ct).ConfigureAwait(EventLoop.Current is not null);
        }
        finally
        {
            _inProgress = null;
        }
    }

    /// <summary>Hands out the bytes gathered and begins anew.</summary>
    /// <returns>A full buffer, the caller's own.</returns>
    public IBuffer DetachBuffer()
    {
        CheckIdle();
        var detached = new Buffer(_bytes.AsMemory(0, _length), _length);
        _bytes = [];
        _length = 0;
        return detached;
    }

    /// <summary>Gives the stream back, so that disposing the writer leaves it open.</summary>
    /// <returns>The stream given to the constructor.</returns>
    /// <exception cref="InvalidOperationException">E_ILLEGAL_METHOD_CALL: the writer has no stream.</exception>
    public IOutputStream DetachStream()
    {
        CheckIdle();
        IOutputStream stream = _stream ?? throw NoStream();
        _stream = null;
        return stream;
    }

    /// <summary>Disposes the stream unless it was detached; bytes that were not stored are dropped. May be called again.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _stream?.Dispose();
        _stream = null;
    }

    private static InvalidOperationException NoStream() => Failures.IllegalCall("The writer has no stream.");

    private void CheckIdle()
    {
        if (_isClosed)
            throw Failures.Closed(nameof(DataWriter));
        if (_inProgress is not null)
            throw Failures.Busy(_inProgress);
    }

    private IOutputStream Begin(string operation)
    {
        CheckIdle();
        IOutputStream stream = _stream ?? throw NoStream();
        _inProgress = operation;
        return stream;
    }

    private void AppendNumber<T>(T value)
        where T : unmanaged, IBinaryInteger<T>
    {
        Span<byte> destination = Append(Unsafe.SizeOf<T>());

        // The Try methods, because the others are default implementations of the interface, for which the value is boxed.
        _ = ByteOrder == ByteOrder.BigEndian ? value.TryWriteBigEndian(destination, out _) : value.TryWriteLittleEndian(destination, out _);
    }

    private void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    private Span<byte> Append(int bytes)
    {
        CheckIdle();
        int end = checked(_length + bytes);
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Clamp(2L * _bytes.Length, Math.Max(end, 64), Array.MaxLength));
        Span<byte> appended = _bytes.AsSpan(_length, bytes);
        _length = end;
        return appended;
    }
}
