using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Receivers;

/// <summary>Debian's InfluxDB 1.6 with data and configuration of its own, and a listener for UDP.</summary>
internal sealed class InfluxServer : IAsyncDisposable
{
    internal const string UdpDatabase = "by_udp";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly string _folder = Directory.CreateTempSubdirectory("loadtool-influx-").FullName;
    private readonly HttpClient _client = new();
    private BackgroundProgram? _program;

    internal int Port { get; } = BackgroundProgram.FreePort();

    internal int UdpPort { get; } = FreeUdpPort();

    internal static async Task<InfluxServer> StartAsync()
    {
        InfluxServer server = new();
        string config = Path.Combine(server._folder, "influxdb.conf");
        File.WriteAllText(config, $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:{BackgroundProgram.FreePort()}"
            [meta]
              dir = "{server._folder}/meta"
            [data]
              dir = "{server._folder}/data"
              wal-dir = "{server._folder}/wal"
              query-log-enabled = false
            [http]
              bind-address = "127.0.0.1:{server.Port}"
              log-enabled = false
            [[udp]]
              enabled = true
              bind-address = "127.0.0.1:{server.UdpPort}"
              database = "{UdpDatabase}"
              batch-timeout = "50ms"
            """);
        server._program = BackgroundProgram.Start(Programs.Program.InfluxDb.Path("influxd"), ["-config", config], server._folder);
        await server._program.UntilAsync(async () => (await server._client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/ping"))).StatusCode == HttpStatusCode.NoContent);
        return server;
    }

    /// <summary>The value of the first row that InfluxQL gives, or null.</summary>
    internal async Task<double?> NumberAsync(string database, string query)
    {
        string answer = await _client.GetStringAsync(new Uri($"http://127.0.0.1:{Port}/query?db={database}&epoch=ns&q={Uri.EscapeDataString(query)}"));
        JsonElement result = JsonDocument.Parse(answer).RootElement.GetProperty("results")[0];
        Assert.False(result.TryGetProperty("error", out _), answer);
        return result.TryGetProperty("series", out JsonElement series) ? series[0].GetProperty("values")[0][1].GetDouble() : null;
    }

    /// <summary>Waits until a query gives a number.</summary>
    internal async Task UntilAsync(string database, string query, double expected)
    {
        long began = TimeProvider.System.GetTimestamp();
        double? seen = null;
        while (TimeProvider.System.GetElapsedTime(began) < Limit)
        {
            seen = await NumberAsync(database, query);
            if (seen == expected)
                return;
            await Task.Delay(Look, TimeProvider.System);
        }

        Assert.Equal(expected, seen);
    }

    /// <summary>A text of InfluxQL.</summary>
    internal static string Quoted(string text) => $"'{text.Replace("\\", "\\\\").Replace("'", "\\'").Replace("\n", "\\n")}'";

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
            await _program.DisposeAsync();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreeUdpPort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
