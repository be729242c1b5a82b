using LoadTool.Analysis.Histories;
using LoadTool.Outputs;

namespace LoadTool.Cli.Commands;

/// <summary>What <c>--history</c> names: a folder, or a database.</summary>
internal static class HistoryPlace
{
    private const string Database = "postgres=";

    /// <summary>The runs, the oldest first.</summary>
    /// <exception cref="UsageException">It names no place.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static IReadOnlyList<RunDigest> Read(string place)
    {
        try
        {
            return IsDatabase(place) ? PostgresHistory.Read(place[Database.Length..]) : History.Read(RequireFolder(place)).Runs;
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"--history: {error.Message}");
        }
    }

    /// <summary>The runs of a place that is there.</summary>
    /// <exception cref="UsageException">It names no place.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static IReadOnlyList<RunDigest> ReadExisting(string place) => IsDatabase(place) ? Read(place) : History.Read(RequireExisting(place)).Runs;

    /// <summary>A folder that is there.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal static string RequireExisting(string place) => Directory.Exists(RequireFolder(place)) ? place : throw new UsageException($"--history {Missing(place)}");

    /// <summary>What to say of a folder that is not there; null when it is, or for a database.</summary>
    internal static string? MissingOrNull(string place) => IsDatabase(place) || Directory.Exists(place) ? null : Missing(place);

    /// <summary>What it is called; a database may bear a password.</summary>
    internal static string NameOf(string place) => IsDatabase(place) ? "PostgreSQL" : place;

    /// <summary>A place that runs can be added to and removed from.</summary>
    /// <exception cref="UsageException">It is a database, a file or nothing.</exception>
    internal static string RequireFolder(string place)
    {
        if (IsDatabase(place))
            throw new UsageException("runs come into a database by run --out postgres=URL, and leave it by DELETE FROM loadtool.runs; --history takes a folder here");
        if (place.Length == 0)
            throw new UsageException("--history names nothing: write a folder, such as --history history");
        return File.Exists(place) ? throw new UsageException($"--history {VisibleText.OneLine(place)} is a file: name a folder") : place;
    }

    private static string Missing(string place) => $"{VisibleText.OneLine(place)}: there is no such folder; the path counts from {Environment.CurrentDirectory}";

    private static bool IsDatabase(string place) => place.StartsWith(Database, StringComparison.Ordinal);
}
