using System.Diagnostics;
using System.Globalization;
using LoadTool.EndToEnd.Programs;
using Npgsql;

namespace LoadTool.EndToEnd.Receivers;

/// <summary>Debian's PostgreSQL with a data folder of its own, as a user without rights: it refuses to be root's.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly BackgroundProgram _program;

    private PostgresServer(string folder, BackgroundProgram program, int port) => (_folder, _program, Port) = (folder, program, port);

    internal int Port { get; }

    internal static async Task<PostgresServer> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("loadtool-postgres-").FullName;
        await RunAsync("chmod", "755", folder);
        string data = Path.Combine(folder, "data");
        Directory.CreateDirectory(data);
        if (Environment.UserName == "root")
            await RunAsync("chown", "nobody", data);
        (string file, string[] arguments) = Unprivileged(
            Programs.Program.PostgreSql.Path("/usr/lib/postgresql/15/bin/initdb"), "-D", data, "-U", "tester", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C");
        await RunAsync(file, arguments);

        // One user needs a password; the first rule that fits decides.
        File.WriteAllText(Path.Combine(data, "pg_hba.conf"), "host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n");
        int port = BackgroundProgram.FreePort();
        (file, arguments) = Unprivileged(
            Programs.Program.PostgreSql.Path("/usr/lib/postgresql/15/bin/postgres"),
            "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off");
        PostgresServer server = new(folder, BackgroundProgram.Start(file, arguments, folder), port);
        await server._program.UntilAsync(async () => (await server.AnswerAsync("SELECT 1", connect: true))!.Equals(1));
        return server;
    }

    /// <summary>A database of a test's own.</summary>
    internal async Task<PostgresDatabase> CreateDatabaseAsync(string name)
    {
        await AnswerAsync($"CREATE DATABASE {name}");
        return new PostgresDatabase(this, name);
    }

    internal string ConnectionString(string database, string user = "tester") => $"Host=127.0.0.1;Port={Port};Username={user};Database={database}";

    public async ValueTask DisposeAsync()
    {
        // Asked to end at once, it frees what it shares with its children; killed, it could not.
        using (Process process = Process.GetProcessById(_program.Id))
        {
            await RunAsync("kill", "-INT", _program.Id.ToString(CultureInfo.InvariantCulture));
            await process.WaitForExitAsync().WaitAsync(Limit);
        }

        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<object?> AnswerAsync(string sql, bool connect = false)
    {
        try
        {
            return await new PostgresDatabase(this, "postgres").AnswerAsync(sql);
        }
        catch (NpgsqlException error) when (connect)
        {
            throw new IOException(error.Message, error);
        }
    }

    private static (string File, string[] Arguments) Unprivileged(string file, params string[] arguments) =>
        Environment.UserName == "root" ? ("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", file, .. arguments]) : (file, arguments);

    private static async Task RunAsync(string file, params string[] arguments)
    {
        (int exitCode, string output, string error) = await Programs.Program.RunAsync(file, arguments, folder: "/");
        Assert.True(exitCode == 0, output + error);
    }
}
