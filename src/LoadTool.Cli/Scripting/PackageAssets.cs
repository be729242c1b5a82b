using System.Text.Json;

namespace LoadTool.Cli.Scripting;

/// <summary>What a restore brought: paths into the user's package folder.</summary>
/// <param name="Compile">Assemblies for the compiler.</param>
/// <param name="Runtime">Assemblies for the run, by assembly name; for some packages others than the compiler's.</param>
/// <param name="Native">Native libraries for this platform, by the name that P/Invoke asks for.</param>
internal sealed record PackageAssets(IReadOnlyList<string> Compile, IReadOnlyList<NamedPath> Runtime, IReadOnlyList<NamedPath> Native)
{
    public static readonly PackageAssets None = new([], [], []);

    /// <summary>Reads NuGet's <c>project.assets.json</c>.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="target">The framework and platform, <c>net10.0/linux-x64</c>.</param>
    /// <returns>Null when a file of it is gone: package folders get cleaned.</returns>
    /// <exception cref="JsonException">The bytes are no such file.</exception>
    /// <exception cref="KeyNotFoundException">The file has no such target.</exception>
    public static PackageAssets? Read(byte[] json, string target)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        string[] folders = [.. root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        List<string> compile = [];
        List<string> runtime = [];
        List<string> native = [];
        foreach (JsonProperty package in root.GetProperty("targets").GetProperty(target).EnumerateObject())
        {
            string path = root.GetProperty("libraries").GetProperty(package.Name).GetProperty("path").GetString()!;
            if (!Collect(package.Value, "compile", path, folders, compile)
                || !Collect(package.Value, "runtime", path, folders, runtime)
                || !Collect(package.Value, "native", path, folders, native))
                return null;
        }

        return new(
            compile,
            [.. runtime.Select(path => new NamedPath(Path.GetFileNameWithoutExtension(path), path))],
            [.. native.Select(path => new NamedPath(ScriptLoadContext.NativeName(path), path))]);
    }

    private static bool Collect(JsonElement package, string kind, string packagePath, string[] folders, List<string> found)
    {
        if (!package.TryGetProperty(kind, out JsonElement files))
            return true;
        foreach (JsonProperty file in files.EnumerateObject())
        {
            if (Path.GetFileName(file.Name) == "_._")
                continue; // NuGet's sign for "nothing needed here"
            string? path = folders.Select(folder => Path.GetFullPath(Path.Combine(folder, packagePath, file.Name))).FirstOrDefault(File.Exists);
            if (path is null)
                return false;
            found.Add(path);
        }

        return true;
    }
}
