using System.Reflection;
using System.Runtime.Loader;

namespace LoadTool.Cli.Scripting;

/// <summary>Where one script's assembly and libraries live, apart from the tool's own.</summary>
/// <remarks>Not collectible: collectible code reaches its statics more slowly, and a run's process ends with its script.</remarks>
internal sealed class ScriptLoadContext : AssemblyLoadContext
{
    private readonly ScriptImage _image;

    public ScriptLoadContext(ScriptImage image) : base("script")
    {
        _image = image;
        Resolving += (_, name) => LoadNeighbour(name);
    }

    /// <summary>Loads the script's own assembly, with the symbols that give its exceptions their lines.</summary>
    public Assembly LoadScript()
    {
        using MemoryStream assembly = new(_image.Assembly);
        using MemoryStream symbols = new(_image.Symbols);
        return LoadFromStream(assembly, symbols);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string? path = Find(_image.Libraries, assemblyName.Name);
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string? path = Find(_image.NativeLibraries, NativeName(unmanagedDllName));
        return path is null ? 0 : LoadUnmanagedDllFromPath(path);
    }

    /// <summary>A native library's name without what platforms put around it: <c>libz.so</c>, <c>libz</c> and <c>z.dll</c> are <c>z</c>.</summary>
    public static string NativeName(string file)
    {
        string name = Path.GetFileName(file);
        foreach (string extension in (ReadOnlySpan<string>)[".so", ".dylib", ".dll"])
        {
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                name = name[..^extension.Length];
        }

        return name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name;
    }

    /// <summary>What a <c>#r</c>'d assembly needs and the script did not name lies beside it, as builds leave it.</summary>
    private Assembly? LoadNeighbour(AssemblyName name)
    {
        foreach (NamedPath library in _image.Libraries)
        {
            string path = Path.Combine(Path.GetDirectoryName(library.Path)!, name.Name + ".dll");
            if (File.Exists(path))
                return LoadFromAssemblyPath(path);
        }

        return null;
    }

    private static string? Find(IReadOnlyList<NamedPath> paths, string? name)
    {
        foreach (NamedPath path in paths)
        {
            if (path.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return path.Path;
        }

        return null;
    }
}
