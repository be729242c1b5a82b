using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace LoadTool.Outputs.Files;

/// <summary>Writes a JSON file that readers see whole or not at all.</summary>
internal static class JsonFile
{
    // Names stay readable in any language; what HTML would interpret is escaped, because reports carry such files inside them.
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = Encoder };

    /// <summary>What <see cref="Write"/> would write.</summary>
    internal static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Options))
            write(json);
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

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
            if (File.Exists(unfinished))
                File.Delete(unfinished);
            throw;
        }
    }
}
