namespace Windows.Storage.Streams;

/// <summary>Bytes to write in order. Disposing it makes later calls fail with RO_E_CLOSED.</summary>
public interface IOutputStream : IDisposable
{
    /// <summary>Writes the bytes in use; on a message socket they are one message.</summary>
    /// <param name="buffer">Left unchanged until the task completes.</param>
    /// <param name="ct">Aborts the write.</param>
    /// <returns>The bytes written.</returns>
    Task<uint> WriteAsync(IBuffer buffer, CancellationToken ct = default);

    /// <summary>Waits until what was written is on its way.</summary>
    /// <param name="ct">Aborts the wait.</param>
    /// <returns>True on success.</returns>
    Task<bool> FlushAsync(CancellationToken ct = default);
}
