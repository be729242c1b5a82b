using System.Text;

namespace LoadTool.Outputs.Files;

/// <summary>A text file that grows by whole pieces: after a piece that failed it ends where the last one did.</summary>
internal sealed class AppendedFile : IDisposable
{
    private readonly FileStream _stream;
    private long _length;

    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be created.</exception>
    internal AppendedFile(string path) =>

        // Unbuffered: every piece is written at once, so that a reader sees it and an error belongs to it.
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <exception cref="IOException">It could not be written, all of it.</exception>
    internal void Append(string text) => Append(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Append(string)"/>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
            _length += bytes.Length;
        }
        catch (IOException error)
        {
            CutBack(error);
            throw;
        }
    }

    /// <summary>Half a line would keep tools from reading the whole ones before it.</summary>
    private void CutBack(IOException cause)
    {
        try
        {
            _stream.SetLength(_length);
        }
        catch (IOException error)
        {
            throw new IOException($"{cause.Message}; its last line may be cut off ({error.Message})", cause);
        }
    }

    public void Dispose() => _stream.Dispose();
}
