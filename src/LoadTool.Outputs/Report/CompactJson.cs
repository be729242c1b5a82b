using System.Text.Json;

namespace LoadTool.Outputs.Report;

/// <summary>JSON that only programs read.</summary>
internal static class CompactJson
{
    internal static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
            write(json);
        return stream.ToArray();
    }
}
