using LoadTool.Analysis.Histories;

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
            return place.StartsWith(Database, StringComparison.Ordinal) ? PostgresHistory.Read(place[Database.Length..]) : History.Read(place).Runs;
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"--history: {error.Message}");
        }
    }

    /// <summary>The runs of a place that is there.</summary>
    /// <exception cref="UsageException">It names no place.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static IReadOnlyList<RunDigest> ReadExisting(string place) => place.StartsWith(Database, StringComparison.Ordinal) || Directory.Exists(place)
        ? Read(place)
        : throw new UsageException($"--history {place}: there is no such folder; the path counts from {Environment.CurrentDirectory}");

    /// <summary>What it is called; a database may bear a password.</summary>
    internal static string NameOf(string place) => place.StartsWith(Database, StringComparison.Ordinal) ? "PostgreSQL" : place;

    /// <summary>A place that runs can be added to and removed from.</summary>
    /// <exception cref="UsageException">It is a database.</exception>
    internal static string RequireFolder(string place) => place.StartsWith(Database, StringComparison.Ordinal)
        ? throw new UsageException("runs come into a database by run --out postgres=URL, and leave it by DELETE FROM loadtool.runs; --history takes a folder here")
        : place;
}
