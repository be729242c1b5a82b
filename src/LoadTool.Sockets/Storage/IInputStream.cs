namespace Windows.Storage.Streams;

/// <summary>Bytes to read in order. Disposing it makes later reads fail with RO_E_CLOSED.</summary>
public interface IInputStream : IDisposable
{
    /// <summary>Reads on.</summary>
    /// <param name="buffer">Where the stream may put the bytes.</param>
    /// <param name="count">The most bytes to read; at most the buffer's capacity, else E_INVALIDARG.</param>
    /// <param name="options">When the read is complete.</param>
    /// <param name="ct">Aborts the read.</param>
    /// <returns>The bytes, in a buffer that need not be the one given; length 0 is the end.</returns>
    Task<IBuffer> ReadAsync(IBuffer buffer, uint count, InputStreamOptions options, CancellationToken ct = default);
}
