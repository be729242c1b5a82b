using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.PostgreSql;
using Npgsql;

namespace LoadTool.Tests.Outputs.PostgreSql;

public sealed class PostgresTargetTests
{
    [Theory]
    [InlineData("postgres://ann:p%40ss%3Aword@db.example:5433/load%20tests?sslmode=verify-full&application_name=nightly", "db.example", 5433, "ann", "p@ss:word", "load tests", "nightly")]
    [InlineData("postgresql://db.example", "db.example", 5432, null, null, null, "loadtool")]
    [InlineData("postgres://[::1]/x", "::1", 5432, null, null, "x", "loadtool")]
    [InlineData("Host=db.example;Username=ann;Password=p@ss:word;Database=x", "db.example", 5432, "ann", "p@ss:word", "x", "loadtool")]
    public void A_URL_and_a_connection_string_say_where_to_connect(string target, string host, int port, string? user, string? password, string? database, string application)
    {
        NpgsqlConnectionStringBuilder connection = new(Read(target));

        Assert.Equal((host, port, user, password, database, application), (connection.Host, connection.Port, connection.Username, connection.Password, connection.Database, connection.ApplicationName));
        Assert.Equal(target.Contains("verify-full") ? SslMode.VerifyFull : SslMode.Prefer, connection.SslMode);
    }

    [Theory]
    [InlineData("geheim")]
    [InlineData("postgres://ann:geheim@")]
    [InlineData("postgres://ann:geheim@db:port/x")]
    [InlineData("postgres://ann:geheim@db/x?geheim=1")]
    [InlineData("postgres://ann@db/x?sslmode=geheim")]
    [InlineData("http://ann:geheim@db/x")]
    [InlineData("Host=db;Geheim=1")]
    [InlineData("Host=db;Port=geheim")]
    [InlineData("Username=ann;Password=geheim")]
    public void What_is_neither_is_refused_without_being_repeated(string target)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Read(target));

        Assert.StartsWith("output postgres: its target is no URL or connection string of PostgreSQL: write one such as", error.Message);
        Assert.DoesNotContain("geheim", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static string Read(string target) => PostgresTarget.Read(new OutputRequest("postgres", target, new Dictionary<string, string>(), ""), TimeSpan.FromSeconds(3));
}
