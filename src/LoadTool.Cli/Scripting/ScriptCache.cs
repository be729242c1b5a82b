namespace LoadTool.Cli.Scripting;

/// <summary>
/// Compiled scripts and resolved packages, each in a file named by its key. A cache that cannot be read or written is no cache, never an error.
/// </summary>
/// <param name="folder">Null for none.</param>
/// <remarks>Files appear whole, by renaming, so any number of processes share a folder without locks.</remarks>
internal sealed class ScriptCache(string? folder)
{
    /// <summary>Compiled scripts end so.</summary>
    public const string ScriptSuffix = ".script";

    /// <summary>Resolved packages end so.</summary>
    public const string PackagesSuffix = ".packages";

    /// <summary>Entries kept, some 20 KB each: more scripts than anyone alternates between, and a few MB at most.</summary>
    public const int MaxEntries = 128;

    internal const string TemporarySuffix = ".temporary";

    /// <summary>
    /// <c>loadtool/scripts</c> below <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c>, on macOS below <c>~/Library/Caches</c>, on Windows below
    /// <c>%LOCALAPPDATA%</c>; null for a user without any of them.
    /// </summary>
    public static string? DefaultFolder() => DefaultFolder(Environment.GetEnvironmentVariable("XDG_CACHE_HOME"));

    /// <param name="xdgCacheHome">Ignored when it is not absolute, as the XDG base directory specification asks.</param>
    public static string? DefaultFolder(string? xdgCacheHome)
    {
        string root = Path.IsPathRooted(xdgCacheHome) ? xdgCacheHome : PlatformFolder();
        return Path.IsPathRooted(root) ? Path.Combine(root, "loadtool", "scripts") : null;
    }

    /// <summary>The entry's bytes, or null.</summary>
    public byte[]? Read(string name)
    {
        if (folder is null)
            return null;
        string path = Path.Combine(folder, name);
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // As good as absent.
        }
    }

    /// <summary>Keeps an entry if the folder lets it, and drops the longest unused ones beyond <see cref="MaxEntries"/>.</summary>
    public void Write(string name, byte[] bytes)
    {
        if (folder is null)
            return;
        string temporary = Path.Combine(folder, Path.GetRandomFileName() + TemporarySuffix);
        try
        {
            CreateFolder(folder);
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, Path.Combine(folder, name), overwrite: true);
            Prune(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Delete(temporary); // The next run compiles again: slower, and right.
        }
    }

    /// <summary>A new empty folder for a restore: in the cache, or where temporary files go when there is no writable cache.</summary>
    public string CreateWorkFolder()
    {
        if (folder is not null)
        {
            string path = Path.Combine(folder, Path.GetRandomFileName() + TemporarySuffix);
            try
            {
                CreateFolder(path);
                return path;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Delete(path); // Unwritable: fall through to the system's folder.
            }
        }

        return Directory.CreateTempSubdirectory("loadtool-").FullName;
    }

    /// <summary>Removes a file or folder, if that is possible.</summary>
    public static void Delete(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return; // What stays behind is bounded by the pruning of later runs.
        }
    }

    private static void CreateFolder(string path)
    {
        // Code runs from here: no one else may write to it.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void Prune(string folder)
    {
        FileSystemInfo[] entries = new DirectoryInfo(folder).GetFileSystemInfos();
        entries = Array.FindAll(entries, entry => entry.Extension is ScriptSuffix or PackagesSuffix or TemporarySuffix);
        if (entries.Length <= MaxEntries)
            return;
        // Systems keep the time of access to within a day: close enough, and it costs the cached run no write.
        Array.Sort(entries, (a, b) => LastUse(a).CompareTo(LastUse(b)));
        foreach (FileSystemInfo entry in entries.AsSpan(0, entries.Length - MaxEntries))
            Delete(entry.FullName);
    }

    private static DateTime LastUse(FileSystemInfo entry) =>
        entry.LastAccessTimeUtc > entry.LastWriteTimeUtc ? entry.LastAccessTimeUtc : entry.LastWriteTimeUtc;

    private static string PlatformFolder()
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (home.Length == 0)
            return "";
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches") : Path.Combine(home, ".cache");
    }
}
