using System.Data.Common;
using System.Text.Json;
using LoadTool.Analysis.Runs;
using LoadTool.Outputs;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.PostgreSql;
using LoadTool.Outputs.Stored;
using Npgsql;

namespace LoadTool.Analysis.Histories;

/// <summary>
/// Reads the runs that <c>--out postgres</c> has kept: which test each was, its summary, and failures by interval. Percentiles are those of whole runs, from the histograms that the runs had. Of runs that an older version
/// wrote, scripts and loads are not known.
/// </summary>
internal static class PostgresHistory
{
    /// <summary>Runs of one name before these are of no use to a gate.</summary>
    private const int MostRuns = 500;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    /// <summary>The newest of each name. As JSON, because the schema of an older version has no column for the setup.</summary>
    private const string Newest = """
        SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY name ORDER BY started_at DESC) AS age FROM loadtool.runs WHERE summary IS NOT NULL) AS ended WHERE age <= $1
        """;

    private const string Runs = $"SELECT testid, started_at, summary::text, to_jsonb(newest) ->> 'setup' FROM ({Newest}) AS newest ORDER BY started_at";

    private const string Blocks = $"""
        SELECT testid, scenario, step, array_agg(fail ORDER BY time), array_agg(ok + fail ORDER BY time) FROM loadtool.steps
        WHERE testid IN (SELECT testid FROM ({Newest}) AS newest WHERE fail > 0) GROUP BY testid, scenario, step
        """;

    /// <summary>The runs, the oldest first.</summary>
    /// <param name="target">A URL or connection string; it is never repeated in a message.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    /// <exception cref="IOException">The database cannot be read; one line says why.</exception>
    internal static IReadOnlyList<RunDigest> Read(string target)
    {
        string connectionString = PostgresTarget.Read(new OutputRequest("postgres", target, new Dictionary<string, string>(), ""), ConnectLimit);
        try
        {
            using NpgsqlConnection connection = new(connectionString);
            connection.Open();
            Dictionary<(string, string, string), IReadOnlyList<(long, long)>> blocks = ReadBlocks(connection);
            List<RunDigest> runs = [];
            using NpgsqlCommand command = Command(connection, Runs);
            using NpgsqlDataReader rows = command.ExecuteReader();
            while (rows.Read())
            {
                string testId = rows.GetString(0);
                using JsonDocument summary = JsonDocument.Parse(rows.GetString(2));
                SummaryDigest digest = new(summary.RootElement, (scenario, step) => blocks.GetValueOrDefault((testId, scenario, step), []));
                runs.Add(digest.Of(testId, rows.GetFieldValue<DateTimeOffset>(1), rows.IsDBNull(3) ? null : SetupOf(rows.GetString(3))));
            }

            return runs;
        }
        catch (DbException error)
        {
            throw new IOException($"the history cannot be read: {VisibleText.OneLine(error.InnerException is { } inner ? $"{error.Message}: {inner.Message}" : error.Message, 300)}", error);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw new IOException($"the history holds a run that is damaged: {VisibleText.OneLine(error.Message, 200)}", error);
        }
    }

    private static RunSetup SetupOf(string json)
    {
        using JsonDocument head = JsonDocument.Parse(json);
        (RunInfo info, RunEnvironment? environment) = StoredRun.HeadOf(head.RootElement);
        return RunSetup.Of(info, environment);
    }

    private static Dictionary<(string, string, string), IReadOnlyList<(long, long)>> ReadBlocks(NpgsqlConnection connection)
    {
        Dictionary<(string, string, string), IReadOnlyList<(long, long)>> blocks = [];
        using NpgsqlCommand command = Command(connection, Blocks);
        using NpgsqlDataReader rows = command.ExecuteReader();
        while (rows.Read())
            blocks[(rows.GetString(0), rows.GetString(1), rows.GetString(2))] = [.. rows.GetFieldValue<long[]>(3).Zip(rows.GetFieldValue<long[]>(4))];
        return blocks;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { Parameters = { new NpgsqlParameter { Value = MostRuns } } };
}
