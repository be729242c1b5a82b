using System.Text.Json;

namespace LoadTool.Outputs.Files;

/// <summary>Numbers that may be missing.</summary>
internal static class JsonNumbers
{
    extension(Utf8JsonWriter json)
    {
        /// <summary>Writes a number, or null where there is none, or none that JSON has a word for.</summary>
        internal void WriteNumberOrNull(string name, double? value)
        {
            if (value is { } known && double.IsFinite(known))
                json.WriteNumber(name, known);
            else
                json.WriteNull(name);
        }
    }
}
