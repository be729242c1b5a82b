using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LoadTool.EndToEnd.Programs;
using LoadTool.Outputs.Live;
using LoadTool.Outputs.Report;
using Microsoft.Playwright;

namespace LoadTool.EndToEnd.Page;

public sealed class LivePageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Script = """
        using Windows.Networking.Sockets;
        var hello = Payload.Text(bytes: 64);
        Scenario.Create("echo", async user =>
        {
            using var socket = new MessageWebSocket();
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            await foreach (var turn in user.Pace(perSecond: 10))
            {
                using var step = Step.Begin("echo", user, turn);
                await socket.SendAsync(hello);
                step.Ok(await socket.ReceiveAsync());
            }
        }).WithLoadSimulations(Simulation.KeepConstant(copies: 5, during: TimeSpan.FromMinutes(5)));
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("loadtool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Charts_move_the_load_is_set_and_stop_ends_the_run_in_order()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "echo.csx"), Script);
        using LiveTool tool = LiveTool.Start(_folder, "--ui", "echo.csx", "--results", "results");
        await using BrowserPage page = await browser.OpenAsync(await tool.AddressAsync());

        await BinsAsync(page, 2);
        string before = await page.EvaluateAsync<string>("document.querySelector('canvas').toDataURL()");
        await page.Page.FillAsync("#factor", "3");
        await page.Page.Locator("button:has-text('Set load')").ClickAsync();
        await page.Page.WaitForSelectorAsync(".live-message:has-text('Load set to 3 times the plan')");
        await page.Page.WaitForSelectorAsync(".tiles li:has-text('Users') .tile-value:has-text('15')");
        string after = await page.EvaluateAsync<string>("document.querySelector('canvas').toDataURL()");
        await page.Page.Locator("button.danger").ClickAsync();
        Assert.Equal("Really stop?", await page.TextAsync("button.danger"));
        await page.Page.Locator("button.danger").ClickAsync();
        await EndedAsync(page);

        Assert.NotEqual(before, after);
        Assert.Equal(105, await tool.ExitCodeAsync());
        JsonElement summary = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "results", "summary.json"))).RootElement;
        Assert.True(summary.GetProperty("stopped_from_outside").GetBoolean());
        Assert.Equal(3, Assert.Single(summary.GetProperty("load_changes").EnumerateArray()).GetProperty("factor").GetDouble());
        Assert.Contains("Load set to 3 times the plan by hand", await page.TextAsync("#verdict"));
        Assert.Contains("stopped from outside", await page.TextAsync("#verdict"));
        Assert.Empty(page.Complaints);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Who_comes_late_sees_all_of_it_and_keeps_all_of_it()
    {
        ReportOutput report = new(Path.Combine(_folder, ReportOutput.FileName));
        using LiveOutput live = new(new IPEndPoint(IPAddress.Loopback, 0), PagedRun.Hostile, report, TimeProvider.System);
        using IEnumerator<int> run = PagedRun.Play([report, live]).GetEnumerator();
        while (run.MoveNext() && run.Current < 40)
        {
        }

        await using BrowserPage page = await browser.OpenAsync(new Uri(live.Url));
        await BinsAsync(page, 41);
        string log = await page.TextAsync("#log pre");
        string now = await page.TextAsync("#now");
        string title = await page.TextAsync("h1");
        await Task.Run(() =>
        {
            while (run.MoveNext())
            {
            }
        });
        await EndedAsync(page);
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.Locator("button:has-text('Save report.html')").ClickAsync());
        string saved = Path.Combine(_folder, "saved.html");
        await download.SaveAsAsync(saved);
        await using BrowserPage again = await browser.OpenAsync(new Uri(saved));
        await again.ReadyAsync();

        Assert.Contains(PagedRun.Shown, log);
        Assert.Equal(PagedRun.Shown, title);
        Assert.Contains("crossed", now);
        Assert.Contains("12.3 ms", now);
        await using BrowserPage written = await browser.OpenAsync(new Uri(Path.Combine(_folder, ReportOutput.FileName)));
        await written.ReadyAsync();
        string[][] figures = await written.RowsAsync("Scenario chat");
        Assert.Equal(figures, await page.RowsAsync("Scenario chat"));
        Assert.Equal(figures, await again.RowsAsync("Scenario chat"));
        Assert.False(await page.EvaluateAsync<bool>("'harmed' in window"));
        Assert.Empty(page.Complaints);
        Assert.Empty(again.Complaints);
        Assert.Empty(again.Requests);
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task Buttons_take_the_token_and_a_page_of_the_same_origin_and_nobody_else_s_name_is_answered()
    {
        List<double> loads = [];
        int stops = 0;
        using LiveOutput live = new(new IPEndPoint(IPAddress.Loopback, 0), "run", new ReportOutput(path: null), TimeProvider.System);
        live.Attach(new LiveButtons(() => stops++, factor =>
        {
            loads.Add(factor);
            return true;
        }));
        using HttpClient client = new() { BaseAddress = new Uri(live.Url) };
        string page = await client.GetStringAsync("/");
        string token = page.Split("\"token\":\"")[1].Split('"')[0];
        string own = client.BaseAddress.GetLeftPart(UriPartial.Authority);

        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(client, HttpMethod.Get, "/", host: "evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(client, HttpMethod.Get, "/events", host: $"evil.example:{client.BaseAddress.Port}"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(client, HttpMethod.Post, "/stop"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(client, HttpMethod.Post, "/stop", new string('0', token.Length)));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(client, HttpMethod.Post, "/stop", token, origin: "http://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(client, HttpMethod.Post, "/stop", token, origin: "null"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await AskAsync(client, HttpMethod.Put, "/stop", token));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(client, HttpMethod.Get, "/stop", token));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(client, HttpMethod.Post, "/load?factor=NaN", token, own));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(client, HttpMethod.Post, "/load?factor=1e9", token, own));
        Assert.Equal((0, 0), (stops, loads.Count));
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(client, HttpMethod.Post, "/load?factor=0.5", token, own));
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(client, HttpMethod.Post, "/stop", token, own));
        Assert.Equal(1, stops);
        Assert.Equal([0.5], loads);
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task A_page_for_all_of_the_network_is_for_nobody_without_its_token_and_no_watcher_holds_up_the_run()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "echo.csx"), Script);
        using LiveTool tool = LiveTool.Start(_folder, "--ui=0.0.0.0:0", "echo.csx", "--results", "results");
        Uri address = await tool.AddressAsync();
        string token = address.Query["?token=".Length..];
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.2:{address.Port}") };

        foreach (string query in (string[])["", "?token=", $"?token={new string('0', token.Length)}", $"?token={token.ToUpperInvariant()}", $"?token={token[..^1]}", $"?token={token}&token={token}"])
            Assert.Equal((query, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (query, await AskAsync(client, HttpMethod.Get, $"/{query}"), await AskAsync(client, HttpMethod.Get, $"/events{query}")));
        foreach (string host in (string[])["evil.example", $"evil.example:{address.Port}", "127.0.0.2", $"127.0.0.2.evil.example:{address.Port}"])
            Assert.Equal((host, HttpStatusCode.Forbidden), (host, await AskAsync(client, HttpMethod.Get, address.PathAndQuery, host: host)));
        foreach (string act in (string[])["/stop", "/load?factor=3"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(client, HttpMethod.Post, act));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(client, HttpMethod.Post, $"{act.Split('?')[0]}{address.Query}&factor=3"));
            foreach (string origin in (string[])["http://evil.example", "null", $"https://127.0.0.2:{address.Port}", $"http://127.0.0.3:{address.Port}"])
                Assert.Equal((origin, HttpStatusCode.Forbidden), (origin, await AskAsync(client, HttpMethod.Post, act, token, origin)));
        }

        // Of a hundred who ask and never read, 32 watch; nobody else, and no button, waits for them.
        List<Socket> watchers = [];
        try
        {
            int watching = 0;
            for (int number = 0; number < 100; number++)
            {
                Socket watcher = new(SocketType.Stream, ProtocolType.Tcp);
                watchers.Add(watcher);
                await watcher.ConnectAsync(IPAddress.Parse("127.0.0.3"), address.Port);
                await watcher.SendAsync(Encoding.ASCII.GetBytes($"GET /events{address.Query} HTTP/1.1\r\nHost: 127.0.0.3:{address.Port}\r\n\r\n"));
                byte[] status = new byte["HTTP/1.1 200".Length];
                Assert.Equal(status.Length, await watcher.ReceiveAsync(status));
                watching += Encoding.ASCII.GetString(status) == "HTTP/1.1 200" ? 1 : 0;
            }

            Assert.Equal(32, watching);
            Assert.Equal(HttpStatusCode.OK, await AskAsync(client, HttpMethod.Get, address.PathAndQuery));
            Assert.Equal(HttpStatusCode.NoContent, await AskAsync(client, HttpMethod.Post, "/stop", token, $"http://127.0.0.2:{address.Port}"));
            Assert.Equal(105, await tool.ExitCodeAsync());
        }
        finally
        {
            watchers.ForEach(watcher => watcher.Dispose());
        }

        JsonElement summary = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "results", "summary.json")));
        Assert.Empty(summary.GetProperty("load_changes").EnumerateArray());
        Assert.Empty(summary.GetProperty("output_errors").EnumerateObject());
        Assert.All(Directory.GetFiles(Path.Combine(_folder, "results")), file => Assert.DoesNotContain(token, File.ReadAllText(file)));
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task A_port_in_use_is_one_line_before_the_load()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "echo.csx"), Script);
        using LiveOutput taken = new(new IPEndPoint(IPAddress.Loopback, 0), "run", new ReportOutput(path: null), TimeProvider.System);
        string place = new Uri(taken.Url).Authority;

        (int exitCode, string output, string error) = await Run.Tool.RunAsync(_folder, "run", $"--ui={place}", "echo.csx");

        Assert.Equal(104, exitCode);
        Assert.Equal("", output);
        Assert.Matches($@"^error: the live page cannot listen on {place}: .*; choose another place with --ui=address:port, port 0 for any free one\n$", error);
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, HttpMethod method, string path, string? given = null, string? origin = null, string? host = null)
    {
        using HttpRequestMessage request = new(method, path);
        request.Headers.Host = host;
        if (given is not null)
            request.Headers.Add(LiveServer.TokenHeader, given);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private static async Task BinsAsync(BrowserPage page, int least) =>
        await page.Page.WaitForFunctionAsync("least => Number(document.documentElement.dataset.bins) >= least", least, new PageWaitForFunctionOptions { Timeout = 60_000 });

    private static async Task EndedAsync(BrowserPage page) =>
        await page.Page.WaitForSelectorAsync("html[data-ended=true]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached, Timeout = 60_000 });
}
