using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace LoadTool.Outputs.Files;

/// <summary>JSON as files hold it.</summary>
internal static class JsonFile
{
    // Names stay readable in any language; what HTML would interpret is escaped, because reports carry such files inside them.
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = Encoder };

    /// <summary>What <see cref="Write(string, Action{Utf8JsonWriter})"/> would write.</summary>
    internal static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        Write(stream, write);
        return stream.ToArray();
    }

    /// <exception cref="IOException">It cannot be written; the file that was there before still is.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    internal static void Write(string path, Action<Utf8JsonWriter> write) => WholeFile.Write(path, stream => Write(stream, write));

    internal static void Write(Stream stream, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter json = new(stream, Options))
            write(json);
        stream.WriteByte((byte)'\n');
    }
}
