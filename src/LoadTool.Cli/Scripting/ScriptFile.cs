using System.Text;

namespace LoadTool.Cli.Scripting;

/// <summary>One source file of a script, read once: what is hashed is what is compiled.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Bytes">The file as it is on disk.</param>
/// <param name="Directives">What it asks for, in its order.</param>
internal sealed record ScriptFile(string Path, byte[] Bytes, IReadOnlyList<ScriptDirective> Directives)
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ScriptFile Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return new(path, bytes, DirectiveScanner.Scan(Decode(bytes)));
    }

    private static string Decode(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, .. var text] => Encoding.UTF8.GetString(text),
        [0xFF, 0xFE, .. var text] => Encoding.Unicode.GetString(text),
        [0xFE, 0xFF, .. var text] => Encoding.BigEndianUnicode.GetString(text),
        _ => Encoding.UTF8.GetString(bytes),
    };
}
