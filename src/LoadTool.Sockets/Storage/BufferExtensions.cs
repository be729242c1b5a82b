using LoadTool.Sockets;

namespace Windows.Storage.Streams;

/// <summary>Steps between the buffers and streams of Windows and those of .NET.</summary>
public static class BufferExtensions
{
    /// <summary>Shows an array as a buffer that is full; nothing is copied.</summary>
    /// <param name="source">Shared with the buffer: a change in one is a change in the other.</param>
    /// <exception cref="ArgumentException">E_INVALIDARG: <paramref name="source"/> is null.</exception>
    public static IBuffer AsBuffer(this byte[] source) =>
        new Buffer(source ?? throw Failures.InvalidArgument("There is no array.", nameof(source)), source.Length);

    /// <summary>Shows part of an array as a buffer that is full; nothing is copied.</summary>
    /// <param name="source">Shared with the buffer.</param>
    /// <param name="offset">Of the first byte.</param>
    /// <param name="length">In bytes.</param>
    /// <exception cref="ArgumentException">E_INVALIDARG: the part does not lie in the array.</exception>
    public static IBuffer AsBuffer(this byte[] source, int offset, int length)
    {
        if (source is null || offset < 0 || length < 0 || length > source.Length - offset)
            throw Failures.InvalidArgument("The part does not lie in the array.", nameof(source));
        return new Buffer(source.AsMemory(offset, length), length);
    }

    /// <summary>Copies the bytes in use.</summary>
    /// <param name="source">Any buffer with <see cref="IBufferByteAccess"/>.</param>
    /// <exception cref="ArgumentException">E_INVALIDARG: <paramref name="source"/> is null or does not give its bytes.</exception>
    public static byte[] ToArray(this IBuffer source) => source.UsedBytes().ToArray();

    /// <summary>
    /// Reads a Windows stream as a .NET one; disposing it disposes the other. Synchronous reads block: never use them on an event loop.
    /// </summary>
    /// <param name="stream">What is read.</param>
    public static Stream AsStreamForRead(this IInputStream stream) => new ReadAdapter(stream);

    /// <summary>
    /// Writes a Windows stream as a .NET one; disposing it disposes the other. Synchronous writes block: never use them on an event loop.
    /// </summary>
    /// <param name="stream">What is written.</param>
    public static Stream AsStreamForWrite(this IOutputStream stream) => new WriteAdapter(stream);

    /// <summary>The bytes in use, where they lie.</summary>
    internal static Memory<byte> UsedBytes(this IBuffer? buffer)
    {
        Memory<byte> bytes = buffer.AllBytes();
        return buffer!.Length <= (uint)bytes.Length
            ? bytes[..(int)buffer.Length]
            : throw Failures.InvalidArgument("The buffer claims more bytes than it gives.", nameof(buffer));
    }

    /// <summary>All bytes up to the capacity, where they lie.</summary>
    internal static Memory<byte> AllBytes(this IBuffer? buffer) =>
        buffer is IBufferByteAccess access
            ? access.Bytes
            : throw Failures.InvalidArgument("The buffer is null or lacks IBufferByteAccess.", nameof(buffer));
}
