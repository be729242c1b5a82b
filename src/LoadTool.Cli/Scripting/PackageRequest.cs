namespace LoadTool.Cli.Scripting;

/// <summary>A NuGet package that a script asks for.</summary>
/// <param name="Id">The package's name.</param>
/// <param name="Version">A version or a range, in NuGet's notation.</param>
/// <param name="Path">The full path of the file that asks.</param>
/// <param name="Directive">Where in that file.</param>
internal sealed record PackageRequest(string Id, string Version, string Path, ScriptDirective Directive)
{
    internal const string NuGetPrefix = "nuget:";

    /// <summary>What the tool brings along, in its own version: a program names these packages, or their projects, where a script has them anyway.</summary>
    private static readonly string[] Own = ["LoadTool", "LoadTool.Outputs", "LoadTool.Sockets", "LoadTool.Metrics"];

    /// <summary>Whether a <c>#r</c> names a package rather than a file.</summary>
    public static bool IsPackage(string reference) => reference.StartsWith(NuGetPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the package is there without being asked for.</summary>
    public bool IsOwn => Own.Contains(Id, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads <c>#r "nuget: Id, Version"</c>.</summary>
    /// <exception cref="ScriptErrorException">The text names no package or no exact version.</exception>
    public static PackageRequest FromReference(string path, ScriptDirective directive, PathDisplay display) =>
        Create(path, directive, directive.Value.AsSpan(NuGetPrefix.Length), ',', "#r \"nuget: {0}, 1.2.3\"", display);

    /// <summary>Reads <c>#:package Id@Version</c>; null for the other <c>#:</c> lines that change nothing here.</summary>
    /// <exception cref="ScriptErrorException">The line asks for something that a script cannot have.</exception>
    public static PackageRequest? FromApp(string path, ScriptDirective directive, PathDisplay display)
    {
        ReadOnlySpan<char> text = directive.Value;
        int space = text.IndexOfAny(' ', '\t');
        ReadOnlySpan<char> name = space < 0 ? text : text[..space];
        ReadOnlySpan<char> value = space < 0 ? [] : text[space..].Trim();
        switch (name)
        {
            case "package":
                return Create(path, directive, value, '@', "#:package {0}@1.2.3", display);
            case "property" when !value.StartsWith("DefineConstants", StringComparison.OrdinalIgnoreCase):
                return null;
            case "property":
                throw display.ErrorAt(path, directive, "#:property DefineConstants has no effect on a script: write #define on a line of its own");
            case "sdk" when value.SequenceEqual("Microsoft.NET.Sdk") || value.StartsWith("Microsoft.NET.Sdk@", StringComparison.Ordinal):
                return null;
            case "sdk":
                throw display.ErrorAt(path, directive,
                    $"#:sdk {value} is not available to a script: it runs on Microsoft.NET.Sdk only; remove the line");
            case "project" when Own.Contains(System.IO.Path.GetFileNameWithoutExtension(value.TrimEnd("/\\").ToString())):
                return null;
            case "project":
                throw display.ErrorAt(path, directive,
                    "#:project is not available to a script: build the project and write #r \"path/to/assembly.dll\"");
            default:
                throw display.ErrorAt(path, directive, $"#:{name} is not known here: a script may use #:package, #:property, #:sdk, #load and #r");
        }
    }

    private static PackageRequest Create(
        string path, ScriptDirective directive, ReadOnlySpan<char> text, char separator, string example, PathDisplay display)
    {
        int split = text.IndexOf(separator);
        string id = (split < 0 ? text : text[..split]).Trim().ToString();
        string version = (split < 0 ? [] : text[(split + 1)..]).Trim().ToString();
        if (!IsId(id))
            throw display.ErrorAt(path, directive, $"'{id}' is no package name: write {string.Format(null, example, "Package.Id")}");
        if (version.Length == 0 || version.Contains('*'))
        {
            throw display.ErrorAt(path, directive,
                $"package {id} needs a version, or the same script would run different code tomorrow: write {string.Format(null, example, id)}");
        }

        return IsVersion(version)
            ? new(id, version, path, directive)
            : throw display.ErrorAt(path, directive, $"'{version}' is no version of package {id}: write {string.Format(null, example, id)}");
    }

    // What passes these two goes into a generated project file: nothing that XML or MSBuild would interpret may get through.
    private static bool IsId(ReadOnlySpan<char> text) => text.Length > 0 && IsMadeOf(text, "._-");

    private static bool IsVersion(ReadOnlySpan<char> text)
    {
        if (!IsMadeOf(text, ".-+[](), "))
            return false;
        if (text[0] is '[' or '(')
            return true; // a range, which NuGet judges
        int label = text.IndexOfAny('-', '+');
        int numbers = 0;
        foreach (Range part in (label < 0 ? text : text[..label]).Split('.'))
        {
            if (!uint.TryParse(text[part], out _))
                return false;
            numbers++;
        }

        return numbers <= 4;
    }

    private static bool IsMadeOf(ReadOnlySpan<char> text, string punctuation)
    {
        foreach (char letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !punctuation.Contains(letter))
                return false;
        }

        return true;
    }
}
