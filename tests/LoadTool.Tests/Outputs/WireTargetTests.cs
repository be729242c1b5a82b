using LoadTool.Outputs.Catalog;

namespace LoadTool.Tests.Outputs;

/// <summary>What users mistype is told before the load, with what to write, and without secrets.</summary>
public sealed class WireTargetTests
{
    [Theory]
    [InlineData("influxdb", "output influxdb needs a target: write one such as --out influxdb=http://127.0.0.1:8086/database")]
    [InlineData("influxdb=http://u:geheim@127.0.0.1:8086", "output influxdb: its target names no database: write one such as http://127.0.0.1:8086/database, or --out-setting influxdb.bucket=NAME for InfluxDB 2")]
    [InlineData("influxdb=tcp://geheim", "output influxdb: its target is no URL of http or https: write one such as http://127.0.0.1:8086/database, udp://127.0.0.1:8089 or a file's name")]
    [InlineData("influxdb=http://h/db gzip=geheim", "output influxdb: setting influxdb.gzip is neither true nor false")]
    [InlineData("influxdb=http://h bucket=b token=geheim", "output influxdb: setting influxdb.org is missing: InfluxDB 2 asks for the organization of a bucket")]
    [InlineData("influxdb=http://h bucket=b org=o token=geheim\n", "output influxdb: setting influxdb.token is empty or holds what no token does")]
    [InlineData("graphite", "output graphite needs a target: write one such as --out graphite=tcp://127.0.0.1:2003")]
    [InlineData("graphite=http://h", "output graphite: its target is no tcp:// or udp:// address: write one such as tcp://127.0.0.1:2003")]
    [InlineData("graphite=h:port", "output graphite: its target is no tcp:// or udp:// address: write one such as tcp://127.0.0.1:2003")]
    [InlineData("graphite=h tags=datadog", "output graphite: setting graphite.tags is none of none, graphite")]
    [InlineData("graphite=h buffer=0", "output graphite: setting graphite.buffer is no whole number from 1 on")]
    [InlineData("statsd=udp://u@h", "output statsd: its target is no tcp:// or udp:// address: write one such as udp://127.0.0.1:8125")]
    [InlineData("statsd=h tags=yes", "output statsd: setting statsd.tags is none of none, datadog, graphite")]
    [InlineData("statsd=h timeout=soon", "output statsd: setting statsd.timeout is no duration: write one such as 500ms, 30s or 1m30s")]
    [InlineData("postgres", "output postgres needs a target: write one such as --out postgres=postgres://user@host/database")]
    public void A_mistake_is_one_line_with_the_remedy(string asked, string expected)
    {
        string[] parts = asked.Split(' ');
        string name = parts[0].Split('=')[0];
        Dictionary<string, string> settings = parts.Skip(1).ToDictionary(part => $"{name}.{part.Split('=')[0]}", part => part.Split('=')[1]);

        ArgumentException error = Assert.Throws<ArgumentException>(() => OutputCatalog.Create([parts[0]], settings, ""));

        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_before_the_load() =>
        Assert.StartsWith("output influxdb cannot write its file: ", Assert.Throws<IOException>(() => OutputCatalog.Create(["influxdb=/nonexistent/x.txt"], new Dictionary<string, string>(), "")).Message);

    [Theory]
    [InlineData("influxdb=http://h:8086/db")]
    [InlineData("influxdb=https://u:p@h/proxied/db")]
    [InlineData("influxdb=udp://h:8089")]
    [InlineData("graphite=h")]
    [InlineData("graphite=[::1]:2003")]
    [InlineData("statsd=udp://h:8125")]
    [InlineData("statsd=tcp://h")]
    [InlineData("postgres=postgres://h/x")]
    public void Making_an_output_asks_no_receiver(string asked)
    {
        foreach (IOutput output in OutputCatalog.Create([asked], new Dictionary<string, string>(), ""))
            Assert.IsAssignableFrom<IDisposable>(output).Dispose();
    }
}
