namespace Windows.Storage.Streams;

/// <summary>Reaches the bytes of an <see cref="IBuffer"/>; Windows has it under the same name for the same purpose (robuffer.h).</summary>
public interface IBufferByteAccess
{
    /// <summary>All <see cref="IBuffer.Capacity"/> bytes, in use or not.</summary>
    Memory<byte> Bytes { get; }
}
