namespace LoadTool.Cli.Scripting;

/// <summary>A script with everything that its directives bring in.</summary>
internal sealed class ScriptFiles
{
    private readonly PathDisplay _display;
    private readonly List<ScriptFile> _all = [];
    private readonly List<AssemblyRequest> _assemblies = [];
    private readonly List<PackageRequest> _packages = [];

    private ScriptFiles(PathDisplay display) => _display = display;

    /// <summary>The script, then each file it loads, in the order in which they are first named.</summary>
    public IReadOnlyList<ScriptFile> All => _all;

    /// <summary>The assemblies named by <c>#r</c>, each one once.</summary>
    public IReadOnlyList<AssemblyRequest> Assemblies => _assemblies;

    /// <summary>The packages of all files, each one once.</summary>
    public IReadOnlyList<PackageRequest> Packages => _packages;

    /// <summary>Reads the script and, file by file, what it loads.</summary>
    /// <exception cref="ScriptErrorException">A file is missing or unreadable, or a directive asks for something impossible.</exception>
    public static ScriptFiles Read(string path, PathDisplay display)
    {
        ScriptFiles files = new(display);
        files._all.Add(ReadScript(path, display));
        for (int index = 0; index < files._all.Count; index++)
        {
            ScriptFile file = files._all[index];
            foreach (ScriptDirective directive in file.Directives)
                files.Follow(file, directive);
        }

        return files;
    }

    /// <summary>Where a directive's relative path leads: it counts from the folder of the file that holds it.</summary>
    public static string Resolve(string path, string holder) => Path.GetFullPath(path, Path.GetDirectoryName(holder)!);

    private static ScriptFile ReadScript(string given, PathDisplay display)
    {
        string path = Path.GetFullPath(given);
        string name = display.Name(path);
        if (Directory.Exists(path))
            throw new ScriptErrorException($"{name}: error: this is a folder: name a script in it{Example(path, display)}", isScriptMissing: true);
        if (!File.Exists(path))
        {
            string remedy = File.Exists(path + ".csx") ? $"did you mean {name}.csx?" : $"the path counts from {Environment.CurrentDirectory}";
            throw new ScriptErrorException($"{name}: error: there is no such script: {remedy}", isScriptMissing: true);
        }

        try
        {
            return ScriptFile.Read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ScriptErrorException($"{name}: error: the script cannot be read: {error.Message}", isScriptMissing: true);
        }
    }

    private static string Example(string folder, PathDisplay display)
    {
        try
        {
            string[] scripts = Directory.GetFiles(folder, "*.csx");
            Array.Sort(scripts, StringComparer.Ordinal);
            return scripts.Length > 0 ? $", such as {display.Name(scripts[0])}" : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // The message stands without an example.
        }
    }

    private void Follow(ScriptFile file, ScriptDirective directive)
    {
        switch (directive.Kind)
        {
            case ScriptDirectiveKind.Load:
                Load(file, directive);
                break;
            case ScriptDirectiveKind.Reference when PackageRequest.IsPackage(directive.Value):
                Add(PackageRequest.FromReference(file.Path, directive, _display));
                break;
            case ScriptDirectiveKind.Reference:
                Refer(file, directive);
                break;
            default:
                if (PackageRequest.FromApp(file.Path, directive, _display) is { } package)
                    Add(package);
                break;
        }
    }

    private void Load(ScriptFile file, ScriptDirective directive)
    {
        string path = Existing(file, directive, "#load", "a file to load");
        if (path == _all[0].Path)
        {
            throw _display.ErrorAt(file.Path, directive,
                $"#load \"{directive.Value}\": this is the script being run, which cannot be loaded into itself: remove the line");
        }

        foreach (ScriptFile known in _all)
        {
            if (known.Path == path)
                return;
        }

        try
        {
            _all.Add(ScriptFile.Read(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw _display.ErrorAt(file.Path, directive, $"#load \"{directive.Value}\": the file cannot be read: {error.Message}");
        }
    }

    private void Refer(ScriptFile file, ScriptDirective directive)
    {
        if (FrameworkAssemblies.Find(directive.Value) is not null)
            return; // A name such as System.Xml: all of .NET is referenced already.
        string path = Existing(file, directive, "#r", "an assembly file, or write #r \"nuget: Id, Version\" for a package");
        if (!_assemblies.Exists(known => known.Path == path))
            _assemblies.Add(new(path, file.Path, directive));
    }

    private string Existing(ScriptFile file, ScriptDirective directive, string keyword, string wanted)
    {
        string path = directive.Value.Contains('\0') ? "" : Resolve(directive.Value, file.Path);
        if (File.Exists(path))
            return path;
        string mistake = Directory.Exists(path)
            ? "this is a folder:"
            : $"there is no file {_display.Name(path)}: the path counts from this file's folder;";
        throw _display.ErrorAt(file.Path, directive, $"{keyword} \"{directive.Value}\": {mistake} name {wanted}");
    }

    private void Add(PackageRequest package)
    {
        if (package.IsOwn)
            return;
        foreach (PackageRequest known in _packages)
        {
            if (!known.Id.Equals(package.Id, StringComparison.OrdinalIgnoreCase))
                continue;
            if (known.Version.Equals(package.Version, StringComparison.OrdinalIgnoreCase))
                return;
            throw _display.ErrorAt(package.Path, package.Directive,
                $"package {package.Id} is asked for as {package.Version} here and as {known.Version} in "
                + $"{_display.Place(known.Path, known.Directive)}: choose one version");
        }

        _packages.Add(package);
    }
}
