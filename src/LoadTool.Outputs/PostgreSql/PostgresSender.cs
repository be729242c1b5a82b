using System.Data.Common;
using LoadTool.Outputs.Delivery;
using Npgsql;
using NpgsqlTypes;

namespace LoadTool.Outputs.PostgreSql;

/// <summary>Brings pieces into the database, over one connection that is made when it is needed. Used by the courier only.</summary>
/// <param name="connectionString">What to connect with.</param>
/// <param name="testId">What tells the run from others.</param>
/// <param name="run">The run's row, as JSON.</param>
internal sealed class PostgresSender(string connectionString, string testId, byte[] run) : IDisposable
{
    private readonly NpgsqlDataSource _source = Source(connectionString);
    private NpgsqlConnection? _connection;

    /// <summary>Sends one piece, wholly or not at all; one that has arrived before is not sent twice.</summary>
    internal async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        try
        {
            if (_connection is null)
                await ConnectAsync(cancellation);
            await ExecuteAsync(PostgresSchema.InsertPiece, piece, cancellation);
        }
        catch (PostgresException error) when (error is { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "loadtool" })
        {
            // An earlier attempt arrived, and its answer did not.
        }
        catch (PostgresException error)
        {
            Leave();
            throw error.IsTransient ? new IOException(error.MessageText, error) : new RefusedException($"{error.MessageText} (SQLSTATE {error.SqlState})");
        }
        catch (DbException error)
        {
            Leave();
            throw new IOException(error.InnerException is { } inner && !inner.Message.StartsWith(error.Message, StringComparison.Ordinal) ? $"{error.Message}: {inner.Message}" : error.Message, error);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Ends the connection.</summary>
    public void Dispose()
    {
        Leave();
        _source.Dispose();
    }

    /// <summary>jsonb is all that is sent: no types need be asked for.</summary>
    private static NpgsqlDataSource Source(string connectionString) =>
        new NpgsqlDataSourceBuilder(connectionString).ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();

    private void Leave()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        _connection = _source.CreateConnection();
        await _connection.OpenAsync(cancellation);
        if (await VersionAsync(cancellation) is var version && version < PostgresSchema.Migrations.Count)
            await InstallAsync(version, cancellation);
        if (await ExecuteAsync(PostgresSchema.InsertRun, run, cancellation) is null)
            throw new RefusedException($"the database has another run with the testid {VisibleText.OneLine(testId, 100)}: choose one with --out-setting postgres.testid=NAME");
    }

    private async Task InstallAsync(int version, CancellationToken cancellation)
    {
        try
        {
            await InstallAsync(cancellation);
        }
        catch (PostgresException error) when (version > 0 && error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new RefusedException(
                $"the schema loadtool is of version {version} and this LoadTool needs {PostgresSchema.Migrations.Count}: {error.MessageText}; let a run of this version write there once as the owner of its tables");
        }
    }

    /// <summary>Whoever comes second waits, and finds it done.</summary>
    private async Task InstallAsync(CancellationToken cancellation)
    {
        await using NpgsqlTransaction transaction = await _connection!.BeginTransactionAsync(cancellation);
        await RunAsync($"SELECT pg_advisory_xact_lock({PostgresSchema.LockKey})", cancellation);
        await RunAsync(PostgresSchema.Foundation, cancellation);
        for (int version = await VersionAsync(cancellation); version < PostgresSchema.Migrations.Count; version++)
        {
            await RunAsync(PostgresSchema.Migrations[version], cancellation);
            await RunAsync($"INSERT INTO loadtool.migrations (version) VALUES ({version + 1})", cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    private async Task<int> VersionAsync(CancellationToken cancellation)
    {
        await using NpgsqlCommand founded = new(PostgresSchema.IsFounded, _connection);
        if (await founded.ExecuteScalarAsync(cancellation) is not true)
            return 0;
        await using NpgsqlCommand version = new(PostgresSchema.Version, _connection);
        return (int)(await version.ExecuteScalarAsync(cancellation))!;
    }

    private async Task RunAsync(string sql, CancellationToken cancellation)
    {
        await using NpgsqlCommand command = new(sql, _connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<object?> ExecuteAsync(string sql, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        await using NpgsqlCommand command = new(sql, _connection);
        command.Parameters.Add(new NpgsqlParameter { Value = json, NpgsqlDbType = NpgsqlDbType.Jsonb });
        return await command.ExecuteScalarAsync(cancellation);
    }
}
