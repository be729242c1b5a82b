using LoadTool.Sockets;

namespace Windows.Storage.Streams;

/// <summary>An <see cref="IBuffer"/> in memory.</summary>
public sealed class Buffer : IBuffer, IBufferByteAccess
{
    private readonly Memory<byte> _bytes;
    private uint _length;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="capacity">In bytes.</param>
    /// <exception cref="ArgumentException">E_INVALIDARG: no array can be that long.</exception>
    public Buffer(uint capacity)
        : this(Allocate(capacity), length: 0)
    {
    }

    /// <summary>Makes a view of bytes that stay where they are.</summary>
    internal Buffer(Memory<byte> bytes, int length)
    {
        _bytes = bytes;
        _length = (uint)length;
    }

    /// <inheritdoc/>
    public uint Capacity => (uint)_bytes.Length;

    /// <inheritdoc/>
    public uint Length
    {
        get => _length;
        set => _length = value <= Capacity ? value : throw Failures.InvalidArgument("A buffer's length is at most its capacity.", nameof(value));
    }

    Memory<byte> IBufferByteAccess.Bytes => _bytes;

    private static byte[] Allocate(uint capacity) =>
        capacity <= Array.MaxLength ? new byte[capacity] : throw Failures.InvalidArgument("A buffer holds less than 2 GB.", nameof(capacity));
}
