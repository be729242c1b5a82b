using System.Text.Json;

namespace LoadTool.Outputs.Files;

/// <summary>Writes a JSON file that readers see whole or not at all.</summary>
internal static class JsonFile
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n" };

    /// <exception cref="IOException">It cannot be written; the file that was there before still is.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    internal static void Write(string path, Action<Utf8JsonWriter> write)
    {
        string unfinished = path + ".tmp";
        try
        {
            using (FileStream stream = new(unfinished, FileMode.Create, FileAccess.Write))
            {
                using (Utf8JsonWriter json = new(stream, Options))
                    write(json);
                stream.WriteByte((byte)'\n');
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
