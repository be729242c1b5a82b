namespace Windows.Storage.Streams;

/// <summary>
/// Bytes handed to and from a stream. As in Windows the interface itself does not reach them: an implementation gives them through
/// <see cref="IBufferByteAccess"/>, and one that does not is refused with E_INVALIDARG.
/// </summary>
public interface IBuffer
{
    /// <summary>The most bytes the buffer can hold.</summary>
    uint Capacity { get; }

    /// <summary>The bytes in use, from the first on; at most <see cref="Capacity"/>, else E_INVALIDARG.</summary>
    uint Length { get; set; }
}
