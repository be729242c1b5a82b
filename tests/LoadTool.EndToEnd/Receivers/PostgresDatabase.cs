using Npgsql;

namespace LoadTool.EndToEnd.Receivers;

/// <summary>One database of a server, and how to ask it.</summary>
internal sealed class PostgresDatabase(PostgresServer server, string name)
{
    internal string ConnectionString { get; } = server.ConnectionString(name);

    internal string Url(string user = "tester") => $"postgres://{user}@127.0.0.1:{server.Port}/{name}";

    /// <summary>The first column of the first row, or null.</summary>
    internal async Task<object?> AnswerAsync(string sql, params object[] values)
    {
        await using NpgsqlConnection connection = new(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync();
    }

    /// <summary>The same, of a column of numbers.</summary>
    internal async Task<double> NumberAsync(string sql, params object[] values) =>
        Convert.ToDouble(await AnswerAsync(sql, values), null);

    /// <summary>The same; what stands in braces is a value.</summary>
    internal Task<double> NumberWithAsync(FormattableString sql) => NumberAsync(Numbered(sql), [.. sql.GetArguments().Select(value => value!)]);

    private static string Numbered(FormattableString sql) =>
        string.Format(null, sql.Format, [.. Enumerable.Range(1, sql.ArgumentCount).Select(number => (object)$"${number}")]);
}
