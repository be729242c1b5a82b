using System.Globalization;
using LoadTool.Outputs;
using LoadTool.Outputs.Files;

namespace LoadTool.Analysis.Histories;

/// <summary>
/// A folder with a small file for each run, which may live in a repository or on a share. No file is ever changed and there is no index, so that whoever adds at the same time, or in another branch, never meets.
/// </summary>
internal sealed class History
{
    internal const string Ending = ".run.json";

    private readonly List<(RunDigest Run, string Path)> _files;

    private History(string folder, List<(RunDigest, string)> files) => (Folder, _files) = (folder, files);

    /// <summary>Where it lies.</summary>
    internal string Folder { get; }

    /// <summary>Its runs, the oldest first.</summary>
    internal IReadOnlyList<RunDigest> Runs => [.. _files.Select(file => file.Run)];

    /// <summary>Whether a folder holds a history.</summary>
    internal static bool IsOne(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*" + Ending).Any();

    /// <summary>Reads a folder; one that does not exist, or is empty, holds no runs.</summary>
    /// <exception cref="IOException">A file of it cannot be read; one line says which.</exception>
    internal static History Read(string folder)
    {
        List<(RunDigest Run, string Path)> files = [];
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Ending) : [])
        {
            // Whoever prunes at the same time may have removed it since.
            if (Bytes(path) is { } bytes)
                files.Add((DigestJson.Read(path, bytes), path));
        }

        return new History(folder, [.. files.OrderBy(file => file.Run.StartedAt).ThenBy(file => file.Path, StringComparer.Ordinal)]);
    }

    /// <summary>Adds a run, whole or not at all.</summary>
    /// <returns>The file; null when the run was there already.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    internal static string? Add(string folder, RunDigest run)
    {
        string path = Path.Combine(folder, NameOf(run));
        if (File.Exists(path))
            return null;
        Directory.CreateDirectory(folder);

        // Each in a file of its own until it is whole: two that add the same run at once write the same.
        string own = $"{path}.{Guid.NewGuid():N}";
        JsonFile.Write(own, json => DigestJson.Write(json, run));
        File.Move(own, path, overwrite: true);
        return path;
    }

    /// <summary>Removes runs.</summary>
    /// <param name="isKept">Which stay, by their place from the newest on (0) and their run.</param>
    /// <returns>Those that were removed.</returns>
    /// <exception cref="IOException">One cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    internal IReadOnlyList<RunDigest> Prune(Func<int, RunDigest, bool> isKept)
    {
        (RunDigest Run, string Path)[] removed = [.. _files.Where((file, index) => !isKept(_files.Count - 1 - index, file.Run))];
        foreach ((_, string path) in removed)
            File.Delete(path);
        _files.RemoveAll(file => removed.Contains(file));
        return [.. removed.Select(file => file.Run)];
    }

    private static byte[]? Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Sorted by name, files are sorted by time.</summary>
    private static string NameOf(RunDigest run)
    {
        string folder = ResultsFolder.For(run.StartedAt, run.Setup.Name, _ => false);
        return string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(folder)}_{run.StartedAt.Millisecond:000}{(ulong)run.Setup.Seed % 1000:000}{Ending}");
    }
}
