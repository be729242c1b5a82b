using LoadTool.Outputs.Catalog;
using Npgsql;

namespace LoadTool.Outputs.PostgreSql;

/// <summary>Reads what stands behind <c>--out postgres=</c>. Nothing of it is ever repeated in a message: it may hold a password.</summary>
internal static class PostgresTarget
{
    private const string Example = "postgres://user@host/database";

    /// <returns>What to connect with; a password that it does not name comes from PGPASSWORD, PGPASSFILE or ~/.pgpass.</returns>
    /// <exception cref="ArgumentException">It is no URL and no connection string of PostgreSQL.</exception>
    internal static string Read(OutputRequest request, TimeSpan connectLimit)
    {
        string target = request.RequireTarget(Example);
        NpgsqlConnectionStringBuilder connection = new();
        try
        {
            if (target.StartsWith("postgres://", StringComparison.Ordinal) || target.StartsWith("postgresql://", StringComparison.Ordinal))
                ReadUrl(new Uri(target), connection);
            else
                connection.ConnectionString = target;
        }
        catch (Exception error) when (error is UriFormatException or ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw Refuse(request);
        }

        if (string.IsNullOrEmpty(connection.Host))
            throw Refuse(request);
        connection.ApplicationName ??= "loadtool";

        // One connection of its own; and a server that hangs is left, not asked to stop.
        connection.Pooling = false;
        connection.Enlist = false;
        connection.Timeout = (int)Math.Clamp(Math.Ceiling(connectLimit.TotalSeconds), 1, 1024);
        connection.CommandTimeout = 0;
        connection.CancellationTimeout = -1;
        connection.IncludeErrorDetail = false;
        return connection.ConnectionString;
    }

    private static void ReadUrl(Uri url, NpgsqlConnectionStringBuilder connection)
    {
        connection.Host = url.Host.Trim('[', ']');
        if (url.Port > 0)
            connection.Port = url.Port;
        string[] user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            connection.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            connection.Password = Uri.UnescapeDataString(user[1]);
        string database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        if (database.Length > 0)
            connection.Database = database;
        foreach (string parameter in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = parameter.Split('=', 2);

            // libpq's words, such as sslmode and application_name, but for their underscores and dashes, are Npgsql's.
            string value = Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "");
            string name = pair[0].Replace("_", " ", StringComparison.Ordinal);
            connection[name] = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase) ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
    }

    private static ArgumentException Refuse(OutputRequest request) => new(
        $"output {request.Name}: its target is no URL or connection string of PostgreSQL: write one such as {Example} or \"Host=host;Username=user;Database=database\", and keep its password in PGPASSWORD or ~/.pgpass");
}
