using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Receivers;

/// <summary>Debian's carbon-cache, with storage of its own that keeps a second of everything for an hour.</summary>
internal sealed class CarbonServer : IAsyncDisposable
{
    private const string Fetch = """
        import json, sys, whisper
        (start, end, step), values = whisper.fetch(sys.argv[1], int(sys.argv[2]))
        print(json.dumps([value for value in values if value is not None]))
        """;

    private const string Locate = """
        import sys
        from carbon.util import TaggedSeries
        print(TaggedSeries.encode(TaggedSeries.parse(sys.argv[1]).path, sep="/", hash_only=True))
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly string _folder = Directory.CreateTempSubdirectory("loadtool-carbon-").FullName;
    private BackgroundProgram? _program;

    internal int TcpPort { get; } = BackgroundProgram.FreePort();

    internal int UdpPort { get; } = BackgroundProgram.FreePort();

    internal static async Task<CarbonServer> StartAsync()
    {
        CarbonServer server = new();
        string config = Path.Combine(server._folder, "carbon.conf");
        File.WriteAllText(Path.Combine(server._folder, "storage-schemas.conf"), "[all]\npattern = .*\nretentions = 1s:1h\n");
        File.WriteAllText(config, $"""
            [cache]
            STORAGE_DIR = {server._folder}/
            CONF_DIR = {server._folder}/
            LOG_DIR = {server._folder}/log/
            PID_DIR = {server._folder}/
            LOCAL_DATA_DIR = {server._folder}/whisper/
            USER =
            MAX_CREATES_PER_MINUTE = inf
            MAX_UPDATES_PER_SECOND = inf
            LINE_RECEIVER_INTERFACE = 127.0.0.1
            LINE_RECEIVER_PORT = {server.TcpPort}
            ENABLE_UDP_LISTENER = True
            UDP_RECEIVER_INTERFACE = 127.0.0.1
            UDP_RECEIVER_PORT = {server.UdpPort}
            PICKLE_RECEIVER_INTERFACE = 127.0.0.1
            PICKLE_RECEIVER_PORT = {BackgroundProgram.FreePort()}
            CACHE_QUERY_INTERFACE = 127.0.0.1
            CACHE_QUERY_PORT = {BackgroundProgram.FreePort()}
            ENABLE_TAGS = False
            """);
        server._program = BackgroundProgram.Start(
            Programs.Program.Graphite.Path("carbon-cache"), [$"--config={config}", $"--pidfile={server._folder}/carbon.pid", $"--logdir={server._folder}/log", "--nodaemon", "start"], server._folder);
        await server._program.UntilAsync(async () =>
        {
            using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
            await probe.ConnectAsync(IPAddress.Loopback, server.TcpPort);
            return true;
        });
        return server;
    }

    /// <summary>Values of a name since a moment, once they add up to a number.</summary>
    internal async Task AssertSumAsync(double expected, string name, DateTimeOffset since)
    {
        long began = TimeProvider.System.GetTimestamp();
        double[] values = [];
        while (TimeProvider.System.GetElapsedTime(began) < Limit)
        {
            values = await ValuesAsync(name, since);
            if (values.Length > 0 && values.Sum() == expected)
                return;
            await Task.Delay(Look, TimeProvider.System);
        }

        Assert.Fail($"{name}: {string.Join(", ", values)} in place of {expected}: {_program!.Printed}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
            await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<double[]> ValuesAsync(string name, DateTimeOffset since)
    {
        string file = Path.Combine(_folder, "whisper", (name.Contains(';') ? await TaggedAsync(name) : name.Replace('.', '/')) + ".wsp");
        if (!File.Exists(file))
            return [];
        (int exitCode, string output, _) = await Programs.Program.RunAsync("/usr/bin/python3", ["-c", Fetch, file, (since.ToUnixTimeSeconds() - 1).ToString(CultureInfo.InvariantCulture)]);
        return exitCode == 0 ? JsonSerializer.Deserialize<double[]>(output)! : [];
    }

    /// <summary>Where carbon keeps a name with tags, by its own word: it refuses a name that it cannot take apart.</summary>
    private static async Task<string> TaggedAsync(string name)
    {
        (int exitCode, string output, string error) = await Programs.Program.RunAsync("/usr/bin/python3", ["-c", Locate, name]);
        Assert.True(exitCode == 0, error);
        return output.TrimEnd('\n');
    }
}
