using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using LoadTool.EndToEnd.Run;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Prometheus;

namespace LoadTool.EndToEnd.Prometheus;

/// <summary>What whoever asks at /metrics is given.</summary>
public sealed class ScrapeTests
{
    [Fact]
    public async Task Metrics_are_given_as_they_are_asked_for()
    {
        using ScrapeOutput output = Started();
        using HttpClient http = new() { BaseAddress = new Uri($"http://{output.Address}") };

        using HttpResponseMessage plain = await http.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", plain.Content.Headers.ContentType!.ToString());
        string text = await plain.Content.ReadAsStringAsync();
        Assert.Contains("# TYPE loadtool_ws_messages_sent_total counter\nloadtool_ws_messages_sent_total{testid=\"scraped\"} 0\n", text);

        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using HttpResponseMessage open = await http.SendAsync(request);
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", open.Content.Headers.ContentType!.ToString());
        Assert.Equal(["gzip"], open.Content.Headers.ContentEncoding);
        await using GZipStream unpacked = new(await open.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using StreamReader reader = new(unpacked);
        Assert.EndsWith("\n# EOF\n", await reader.ReadToEndAsync());
    }

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("POST", "/metrics", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "/metrics", HttpStatusCode.OK)]
    public async Task Nothing_else_is_given(string method, string path, HttpStatusCode status)
    {
        using ScrapeOutput output = Started();
        using HttpClient http = new() { BaseAddress = new Uri($"http://{output.Address}") };

        using HttpRequestMessage request = new(new HttpMethod(method), path);
        using HttpResponseMessage answer = await http.SendAsync(request);

        Assert.Equal((status, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_port_in_use_is_told_before_the_load()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        using WorkFolder folder = new();
        folder.Write("full.csx", FullRun.Script);

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "full.csx", "--out", $"prometheus={taken.LocalEndPoint}");

        Assert.Equal(
            (104, $"error: output prometheus cannot listen on {taken.LocalEndPoint}: Address already in use; choose another place with --out prometheus=address:port, port 0 for any free one\n"),
            (exitCode, error));
    }

    [Theory]
    [InlineData("9464")]
    [InlineData("here:9464")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("[::1]")]
    public void A_target_that_is_no_address_is_told(string target) => Assert.Equal(
        "output prometheus: its target is no address and port: write one such as --out prometheus=127.0.0.1:9464, or 0.0.0.0:9464 for all addresses",
        Assert.Throws<ArgumentException>(() => ScrapeOutput.Create(Request(target))).Message);

    [Fact]
    public async Task A_scraper_that_asks_again_and_again_never_sees_a_figure_fall_or_half_an_answer()
    {
        using ScrapeOutput output = Started();
        using HttpClient http = new() { BaseAddress = new Uri($"http://{output.Address}") };
        using CancellationTokenSource over = new();
        Task<int> scraping = Task.Run(async () =>
        {
            double before = 0;
            int scrapes = 0;
            for (; !over.IsCancellationRequested; scrapes++)
            {
                IReadOnlyDictionary<string, double> now = PrometheusLines.Read(await http.GetStringAsync("/metrics"));
                double sent = now["__name__=loadtool_ws_messages_sent_total|testid=scraped"];
                Assert.True(sent >= before);
                Assert.Equal(sent, now["__name__=loadtool_ws_bytes_sent_total|testid=scraped"]);
                before = sent;
            }

            return scrapes;
        });

        for (int interval = 1; interval <= 2_000; interval++)
            output.Write(new Snapshot(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(interval), [], [], new Traffic(1, 1, 1, 1), ActiveUsers: 1, Connections: 1, Log: []));
        string last = await http.GetStringAsync("/metrics");
        await over.CancelAsync();

        Assert.True(await scraping > 0);
        Assert.Contains("loadtool_ws_messages_sent_total{testid=\"scraped\"} 2000\n", last);
    }

    private static ScrapeOutput Started()
    {
        ScrapeOutput output = ScrapeOutput.Create(Request("127.0.0.1:0"));
        output.Start(new RunInfo("scraped", [Scenario.Create("scraped", _ => Task.CompletedTask)], new RunOptions { Target = new Uri("ws://127.0.0.1:9/") }, DateTimeOffset.UnixEpoch, PlannedDuration: null));
        return output;
    }

    private static OutputRequest Request(string target) => new("prometheus", target, new Dictionary<string, string> { ["testid"] = "scraped" }, Folder: "");
}
