using System.Numerics;
using System.Runtime.CompilerServices;
using LoadTool.Sockets;

namespace Windows.Storage.Streams;

/// <summary>
/// Takes values from bytes that were loaded before. Reading past them fails with E_BOUNDS (<see cref="ArgumentOutOfRangeException"/>) and consumes
/// nothing.
/// What touches the bytes fails with RO_E_CLOSED (<see cref="ObjectDisposedException"/>) after <see cref="Dispose"/>, and with HRESULT 0x800710DD
/// (<see cref="WebSocketTransportException"/>) while a load is in progress.
/// </summary>
public sealed class DataReader : IDisposable
{
    private IInputStream? _stream;
    private Memory<byte> _bytes;
    private int _start;
    private int _end;
    private bool _isLoading;
    private bool _isClosed;

    /// <summary>Makes a reader that owns a stream until <see cref="DetachStream"/>; nothing is loaded yet.</summary>
    /// <param name="inputStream">Disposed with the reader.</param>
    /// <exception cref="ArgumentException">E_INVALIDARG: <paramref name="inputStream"/> is null.</exception>
    public DataReader(IInputStream inputStream) =>
        _stream = inputStream ?? throw Failures.InvalidArgument("There is no stream.", nameof(inputStream));

    private DataReader(Memory<byte> bytes)
    {
        _bytes = bytes;
        _end = bytes.Length;
    }

    /// <summary>How strings are read; UTF-8 at first. An undefined value is E_INVALIDARG.</summary>
    public UnicodeEncoding UnicodeEncoding { get; set => field = StreamEncoding.Check(value); }

    /// <summary>How numbers are read; high byte first at first. An undefined value is E_INVALIDARG.</summary>
    public ByteOrder ByteOrder { get; set => field = StreamEncoding.Check(value); } = ByteOrder.BigEndian;

    /// <summary>When a load is complete; with all bytes at first.</summary>
    public InputStreamOptions InputStreamOptions { get; set; }

    /// <summary>Bytes loaded and not read.</summary>
    public uint UnconsumedBufferLength => _isClosed ? throw Failures.Closed(nameof(DataReader)) : (uint)(_end - _start);

    /// <summary>Makes a reader of the bytes a buffer has in use; they are not copied and need no loading.</summary>
    /// <param name="buffer">Null, or a buffer that gives no bytes, is E_INVALIDARG.</param>
    public static DataReader FromBuffer(IBuffer buffer) => new(buffer.UsedBytes());

    /// <summary>As <see cref="FromBuffer"/>, without a buffer around the bytes.</summary>
    internal static DataReader FromBytes(Memory<byte> bytes) => new(bytes);

    /// <summary>Takes one byte.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>Takes as many bytes as an array is long.</summary>
    /// <param name="value">Filled. Null is E_INVALIDARG.</param>
    public void ReadBytes(byte[] value)
    {
        if (value is null)
            throw Failures.InvalidArgument("There is no array.", nameof(value));
        Take((uint)value.Length).CopyTo(value);
    }

    /// <summary>Takes bytes as a buffer of their own.</summary>
    /// <param name="length">In bytes.</param>
    public IBuffer ReadBuffer(uint length) => Take(length).ToArray().AsBuffer();

    /// <summary>Takes one byte; true unless it is 0.</summary>
    public bool ReadBoolean() => ReadByte() != 0;

    /// <summary>Takes 16 bytes; the first three fields are in <see cref="ByteOrder"/>.</summary>
    public Guid ReadGuid() => new(Take(16), bigEndian: ByteOrder == ByteOrder.BigEndian);

    /// <summary>Takes 2 bytes in <see cref="ByteOrder"/>.</summary>
    public short ReadInt16() => (short)TakeNumber<ushort>();

    /// <summary>Takes 4 bytes in <see cref="ByteOrder"/>.</summary>
    public int ReadInt32() => (int)TakeNumber<uint>();

    /// <summary>Takes 8 bytes in <see cref="ByteOrder"/>.</summary>
    public long ReadInt64() => (long)TakeNumber<ulong>();

    /// <summary>Takes 2 bytes in <see cref="ByteOrder"/>.</summary>
    public ushort ReadUInt16() => TakeNumber<ushort>();

    /// <summary>Takes 4 bytes in <see cref="ByteOrder"/>.</summary>
    public uint ReadUInt32() => TakeNumber<uint>();

    /// <summary>Takes 8 bytes in <see cref="ByteOrder"/>.</summary>
    public ulong ReadUInt64() => TakeNumber<ulong>();

    /// <summary>Takes the 4 bytes of IEEE 754 in <see cref="ByteOrder"/>.</summary>
    public float ReadSingle() => BitConverter.UInt32BitsToSingle(TakeNumber<uint>());

    /// <summary>Takes the 8 bytes of IEEE 754 in <see cref="ByteOrder"/>.</summary>
    public double ReadDouble() => BitConverter.UInt64BitsToDouble(TakeNumber<ulong>());

    /// <summary>Takes 8 bytes in <see cref="ByteOrder"/>: units of 100 ns since 1601. A moment outside the years 1 to 9999 is E_BOUNDS.</summary>
    /// <returns>In UTC.</returns>
    public DateTimeOffset ReadDateTime()
    {
        long ticks = unchecked(ReadInt64() + StreamEncoding.TicksBefore1601);
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new(ticks, TimeSpan.Zero)
            : throw Failures.OutOfBounds("The moment lies outside the years 1 to 9999.");
    }

    /// <summary>Takes 8 bytes in <see cref="ByteOrder"/>: units of 100 ns.</summary>
    public TimeSpan ReadTimeSpan() => new(ReadInt64());

    /// <summary>Takes a string in <see cref="UnicodeEncoding"/>; what is not valid in it becomes U+FFFD.</summary>
    /// <param name="codeUnitCount">In bytes for UTF-8, in units of two bytes for UTF-16.</param>
    public string ReadString(uint codeUnitCount) =>
        StreamEncoding.Of(UnicodeEncoding).GetString(Take(UnicodeEncoding == UnicodeEncoding.Utf8 ? codeUnitCount : 2L * codeUnitCount));

    /// <summary>Loads bytes after those that are loaded already; <see cref="InputStreamOptions"/> says when that is complete.</summary>
    /// <param name="count">In bytes; 0 loads nothing. More than 2 GB is E_INVALIDARG.</param>
    /// <param name="ct">Aborts the load.</param>
    /// <returns>The bytes loaded; 0 at the stream's end.</returns>
    /// <exception cref="InvalidOperationException">E_ILLEGAL_METHOD_CALL: the reader has no stream.</exception>
    public async Task<uint> LoadAsync(uint count, CancellationToken ct = default)
    {
        CheckIdle();
        IInputStream stream = _stream ?? throw NoStream();
        if (count == 0)
            return 0;

        MakeRoom(count);
        _isLoading = true;
        try
        {
            var room = new Buffer(_bytes.Slice(_end, (int)count), length: 0);
            IBuffer result = await stream.ReadAsync(room, count, InputStreamOptions, ct).ConfigureAwait(EventLoop.Current is not null);
            Memory<byte> loaded = result.UsedBytes();
            if (!ReferenceEquals(result, room))
            {
                // A stream may answer in a buffer of its own, and when reading ahead with more than was asked for.
                MakeRoom((uint)loaded.Length);
                loaded.CopyTo(_bytes[_end..]);
            }

            _end += loaded.Length;
            return (uint)loaded.Length;
        }
        finally
        {
            _isLoading = false;
        }
    }

    /// <summary>Hands out the bytes loaded and not read.</summary>
    /// <returns>A full buffer, the caller's own.</returns>
    public IBuffer DetachBuffer()
    {
        CheckIdle();
        var detached = new Buffer(_bytes[_start.._end], _end - _start);
        _bytes = default;
        _start = _end = 0;
        return detached;
    }

    /// <summary>Gives the stream back, so that disposing the reader leaves it open.</summary>
    /// <returns>The stream given to the constructor.</returns>
    /// <exception cref="InvalidOperationException">E_ILLEGAL_METHOD_CALL: the reader has no stream.</exception>
    public IInputStream DetachStream()
    {
        CheckIdle();
        IInputStream stream = _stream ?? throw NoStream();
        _stream = null;
        return stream;
    }

    /// <summary>Disposes the stream unless it was detached. May be called again.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _stream?.Dispose();
        _stream = null;
    }

    private static InvalidOperationException NoStream() => Failures.IllegalCall("The reader has no stream.");

    private void CheckIdle()
    {
        if (_isClosed)
            throw Failures.Closed(nameof(DataReader));
        if (_isLoading)
            throw Failures.Busy(nameof(LoadAsync));
    }

    private T TakeNumber<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<byte> source = Take((uint)Unsafe.SizeOf<T>());
        return ByteOrder == ByteOrder.BigEndian ? T.ReadBigEndian(source, isUnsigned: true) : T.ReadLittleEndian(source, isUnsigned: true);
    }

    private ReadOnlySpan<byte> Take(long bytes)
    {
        CheckIdle();
        if (bytes > _end - _start)
            throw Failures.OutOfBounds($"{bytes} bytes were asked for, {_end - _start} are loaded.");
        _start += (int)bytes;
        return _bytes.Span.Slice(_start - (int)bytes, (int)bytes);
    }

    /// <summary>Moves what is not read to the front, and into a larger array where that is not enough.</summary>
    private void MakeRoom(uint count)
    {
        Memory<byte> unread = _bytes[_start.._end];
        if (count > Array.MaxLength - unread.Length)
            throw Failures.InvalidArgument("A reader holds less than 2 GB.", nameof(count));
        if (count > _bytes.Length - _end)
        {
            Memory<byte> roomy = count <= _bytes.Length - unread.Length ? _bytes : new byte[unread.Length + (int)count];
            unread.CopyTo(roomy);
            (_bytes, _start, _end) = (roomy, 0, unread.Length);
        }
    }
}
