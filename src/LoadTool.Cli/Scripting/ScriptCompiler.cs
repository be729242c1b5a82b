using System.Runtime.CompilerServices;

namespace LoadTool.Cli.Scripting;

/// <summary>Turns a <c>.csx</c> file into something to run: from the cache, or through the compiler.</summary>
internal static class ScriptCompiler
{
    /// <summary>Compiles a script, or finds it compiled.</summary>
    /// <param name="request">What to compile.</param>
    /// <param name="fillCache">Called when the script is not in the cache, to put it there in a better way; null, or a vain call, compiles here.</param>
    /// <exception cref="ScriptErrorException">The user's mistake, whatever it is: its message is ready to print.</exception>
    public static CompiledScript Compile(ScriptRequest request, Action? fillCache = null)
    {
        if (request.Path.Length == 0 || request.Path.Contains('\0'))
            throw new ScriptErrorException("error: the script's path is empty or not a path: name a .csx file", isScriptMissing: true);
        PathDisplay display = new(request.Path);
        ScriptFiles files = ScriptFiles.Read(request.Path, display);
        ScriptCache cache = new(request.CacheFolder);
        string name = CacheKey.Of(files, request, display, CacheKey.Environment) + ScriptCache.ScriptSuffix;
        if (Find(cache, name) is { } cached)
            return new(cached, fromCache: true, display);
        if (fillCache is not null && request.CacheFolder is not null)
        {
            fillCache();
            if (Find(cache, name) is { } filled)
                return new(filled, fromCache: false, display);
        }

        ScriptImage image = Build(files, request, cache, display);
        cache.Write(name, image.ToBytes());
        return new(image, fromCache: false, display);
    }

    private static ScriptImage? Find(ScriptCache cache, string name) =>
        cache.Read(name) is { } bytes && ScriptImage.FromBytes(bytes) is { IsComplete: true } image ? image : null;

    // Apart, so that the JIT of a cached run never looks at the compiler's assemblies (4 MB and 7 MB of them).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ScriptImage Build(ScriptFiles files, ScriptRequest request, ScriptCache cache, PathDisplay display)
    {
        PackageAssets packages = files.Packages.Count == 0
            ? PackageAssets.None
            : new PackageRestore(files.Packages, cache, display).Resolve(files.All[0].Path);
        return new ScriptBuild(files, request, packages, display).Run();
    }
}
