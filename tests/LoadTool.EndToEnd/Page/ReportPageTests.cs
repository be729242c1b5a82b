using System.Text.Json;
using LoadTool.EndToEnd.Programs;
using LoadTool.Outputs.Report;
using LoadTool.Outputs.Terminal;
using Microsoft.Playwright;

namespace LoadTool.EndToEnd.Page;

public sealed class ReportPageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loadtool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Every_chart_draws_and_nothing_is_complained_of_or_asked_of_the_network()
    {
        await using BrowserPage page = await OpenAsync();

        await OpenAllAsync(page);
        string[] blank = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll(".chart canvas")].filter(canvas => {
                const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                const colours = new Set();
                for (let at = 0; at < pixels.length; at += 4)
                    if (pixels[at + 3] > 0)
                        colours.add(`${pixels[at] >> 4},${pixels[at + 1] >> 4},${pixels[at + 2] >> 4}`);
                return colours.size < 4;
            }).map(canvas => canvas.closest("figure").textContent)
            """);

        Assert.Empty(blank);
        Assert.InRange(await page.Page.Locator(".chart canvas").CountAsync(), 20, 60);
        Assert.Equal(2, await page.Page.Locator(".waterfall svg > text").CountAsync());
        Assert.Empty(page.Complaints);
        Assert.Empty(page.Requests);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task The_verdict_comes_first_then_what_failed_then_figures()
    {
        await using BrowserPage page = await OpenAsync();

        string[] titles = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('main h2')].map(title => title.textContent)");

        Assert.Equal(
            [
                "Verdict", "What failed", "Figures", "Over time", "Latency", "Connecting", "Errors and closes", "Thresholds", "Checks", "Broadcasts", "Reconnects and storms",
                "The script's metrics", "Generator", "Environment", "Script", "Downloads",
            ],
            titles);
        Assert.Equal("Degraded", await page.TextAsync(".verdict-word"));
        Assert.Contains("Await instead.", await page.TextAsync(".reasons"));
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Figures_on_the_page_are_those_of_the_summary()
    {
        await using BrowserPage page = await OpenAsync();
        JsonElement summary = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "summary.json"))).RootElement;

        JsonElement chat = summary.GetProperty("scenarios")[0];
        string[][] rows = await page.RowsAsync("Scenario chat");
        Assert.Equal(6, rows.Length);
        foreach ((int index, JsonElement step) in chat.GetProperty("steps").EnumerateArray().Index())
        {
            string[] first = rows[2 * index], second = rows[(2 * index) + 1];
            Assert.Equal(step.GetProperty("name").GetString(), first[0]);
            Assert.Equal(Units.Count(step.GetProperty("ok").GetProperty("count").GetInt64()), first[1]);
            Assert.Equal(Units.Rate(step.GetProperty("ok").GetProperty("count").GetInt64(), TimeSpan.FromSeconds(summary.GetProperty("duration_seconds").GetDouble())), first[2]);
            Assert.Equal(Units.Count(step.GetProperty("fail").GetProperty("count").GetInt64()), first[3]);
            Assert.Equal(Latency(step.GetProperty("latency")), first[^7..]);
            Assert.Equal(Latency(step.GetProperty("latency_uncorrected")), second[^7..]);
        }

        string[][] phases = await page.RowsAsync("Phases of connecting, plain durations");
        Assert.Equal(summary.GetProperty("connect").GetProperty("phases").EnumerateArray().Select(phase => Latency(phase.GetProperty("duration"))), phases.Select(phase => phase[^7..]));
        Assert.Equal("12.3 ms", (await page.RowsAsync("Thresholds, held against the whole run"))[0][3]);
        Assert.Equal(["1.23 s"], (await page.RowsAsync("Thresholds crossed")).Select(row => row[3]));
        Assert.Equal(
            [["1000", "received", "normal", "27"], ["4001", "received", "the application's own", "9"], ["1005", "sent", "empty: no code", "27"]], await page.RowsAsync("Close frames"));
        Assert.Contains("120 failed", await page.TextAsync(".outcome"));
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Charts_show_the_percentiles_of_the_summary_where_they_show_all_of_it()
    {
        await using BrowserPage page = await OpenAsync();
        JsonElement summary = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "summary.json"))).RootElement;
        JsonElement latency = summary.GetProperty("scenarios")[0].GetProperty("steps")[1].GetProperty("latency");

        await page.Page.Locator("figure:has-text('Percentile curve of chat · echo') details summary").ClickAsync();
        string[][] rows = await page.RowsAsync("Percentile curve of chat · echo");

        Assert.Equal(Duration(latency, "p50"), rows.First(row => row[0] == "50 %")[1]);
        Assert.Equal(Duration(latency, "p75"), rows.First(row => row[0] == "75 %")[1]);
        Assert.Equal(Duration(latency, "max"), rows[^1][1]);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Names_that_would_harm_a_page_are_text_on_it()
    {
        await using BrowserPage page = await OpenAsync();
        await OpenAllAsync(page);

        Assert.False(await page.EvaluateAsync<bool>("'harmed' in window"));
        Assert.Equal(1, await page.EvaluateAsync<int>("document.querySelectorAll('script:not([type])').length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('#page script, #page img, #page iframe').length"));
        Assert.Equal(PagedRun.Shown, await page.TextAsync("h1"));
        Assert.StartsWith(PagedRun.Shown, await page.Page.TitleAsync());
        foreach (string section in new[] { "verdict", "failed", "figures", "latency", "errors", "thresholds", "checks", "broadcasts", "reconnects", "metrics", "environment", "script" })
            Assert.Contains(PagedRun.Shown, await page.EvaluateAsync<string>($"document.getElementById('{section}').textContent"));
        Assert.False(await page.EvaluateAsync<bool>(@"/[\u202a-\u202e\u2066-\u2069]/.test(document.getElementById('page').textContent)"));
        Assert.Empty(page.Complaints);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task A_chart_is_read_and_zoomed_by_keys_and_all_of_the_same_time_follow()
    {
        await using BrowserPage page = await OpenAsync();
        ILocator plot = page.Page.Locator("#time .plot").First;
        await plot.FocusAsync();

        await page.Page.Keyboard.PressAsync("ArrowRight");
        string first = await page.TextAsync("[role=status]");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        string second = await page.TextAsync("[role=status]");
        string whole = await LabelsAsync(1);
        await page.Page.Keyboard.PressAsync("+");
        string zoomed = await LabelsAsync(1);
        await page.Page.Keyboard.PressAsync("Escape");

        Assert.StartsWith("0:01: started 10.0/s", first);
        Assert.NotEqual(first, second);
        Assert.NotEqual(whole, zoomed);
        Assert.Equal(whole, await LabelsAsync(1));
        Assert.Equal("solid", await plot.EvaluateAsync<string>("plot => getComputedStyle(plot).outlineStyle"));

        // What another chart shows, as it was drawn: its pixels.
        async Task<string> LabelsAsync(int chart)
        {
            await page.EvaluateAsync<bool>("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
            return await page.EvaluateAsync<string>($"document.querySelectorAll('#time canvas')[{chart}].toDataURL()");
        }
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task A_drag_over_a_chart_zooms_into_it_and_a_double_click_shows_all()
    {
        await using BrowserPage page = await OpenAsync();
        ILocator over = page.Page.Locator("#time .u-over").First;
        await over.ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult box = (await over.BoundingBoxAsync())!;

        await page.Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 50);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(box.X + (box.Width * 3 / 4), box.Y + 60, new MouseMoveOptions { Steps = 4 });
        await page.Page.Mouse.UpAsync();
        string zoomed = await page.TextAsync("[role=status]");
        await page.Page.Mouse.DblClickAsync(box.X + (box.Width / 2), box.Y + 50);

        Assert.Matches(@"^Showing 0:(29|30)\.\d to 0:4[45]\.\d$", zoomed);
        Assert.Equal("Showing the whole run", await page.TextAsync("[role=status]"));
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task A_hand_over_a_chart_shows_the_figures_there()
    {
        await using BrowserPage page = await OpenAsync();
        ILocator over = page.Page.Locator("figure:has-text('Percentiles of chat · echo') .u-over").First;
        await over.ScrollIntoViewIfNeededAsync();

        await over.HoverAsync();

        string legend = await page.TextAsync("figure:has-text('Percentiles of chat · echo') .u-legend");
        Assert.Matches(@"p50\s*[\d.]+ µs", legend);
        Assert.Matches(@"p99\.9\s*[\d.]+ ms", legend);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task The_axis_of_a_single_user_names_no_number_twice()
    {
        await using BrowserPage page = await OpenAsync();

        string[] names = await page.EvaluateAsync<string[]>(
            """
            new Promise(done => {
                const { plot } = [...charts].find(chart => chart.figure.querySelector(".chart-title").textContent === "Users and connections");
                plot.setData([[0, 1, 2], [0, 1, 1], [0, 1, 0]]);
                requestAnimationFrame(() => requestAnimationFrame(() => done(plot.axes[1]._values.map(String))));
            })
            """);

        Assert.Equal(["0", "1"], names);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task A_switch_shows_latency_as_it_was_without_the_wait()
    {
        await using BrowserPage page = await OpenAsync();
        ILocator step = page.Page.Locator(".step").Nth(1);
        ILocator figures = step.Locator("figure").First;

        await step.Locator("label:has-text('from actual start')").ClickAsync();
        await figures.Locator("details summary").ClickAsync();

        Assert.Equal("from actual start", await figures.Locator(".chart-hint").InnerTextAsync());
        string[][] rows = await page.RowsAsync("Percentiles of chat · echo");
        string stalled = rows.First(row => row[0] == "0:31")[1];
        Assert.EndsWith(" µs", stalled);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task A_phone_needs_no_sideways_scrolling()
    {
        await using BrowserPage page = await OpenAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 360, Height = 740 }, IsMobile = true, HasTouch = true, DeviceScaleFactor = 2 });

        await OpenAllAsync(page);

        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.InRange(await page.EvaluateAsync<int>("Math.max(...[...document.querySelectorAll('.uplot')].map(plot => plot.getBoundingClientRect().right))"), 200, 360);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Dark_mode_has_dark_paper_and_light_ink_that_can_be_read_and_charts_follow_a_change()
    {
        await using BrowserPage page = await OpenAsync(new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark });
        double darkContrast = await page.ContrastAsync("svg");
        string darkChart = await page.EvaluateAsync<string>("document.querySelector('canvas').toDataURL()");
        string paper = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        double lightContrast = await page.ContrastAsync("svg");

        Assert.Equal("rgb(14, 17, 22)", paper);
        Assert.NotEqual(darkChart, await page.EvaluateAsync<string>("document.querySelector('canvas').toDataURL()"));

        // WCAG 2.1, level AA.
        Assert.InRange(darkContrast, 4.5, 21);
        Assert.InRange(lightContrast, 4.5, 21);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task On_paper_everything_is_dark_on_white_and_nothing_is_there_to_click()
    {
        await using BrowserPage page = await OpenAsync(new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark });

        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

        Assert.Equal("rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal("rgb(0, 0, 0)", await page.EvaluateAsync<string>("getComputedStyle(document.body).color"));
        Assert.Equal("none", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('nav')).display"));
        Assert.Equal("none", await page.EvaluateAsync<string>("getComputedStyle(document.getElementById('downloads')).display"));
        Assert.NotEmpty(await page.Page.PdfAsync(new PagePdfOptions { Format = "A4" }));
        Assert.Empty(page.Complaints);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Every_table_and_chart_has_words_for_who_does_not_see_it()
    {
        await using BrowserPage page = await OpenAsync();
        await OpenAllAsync(page);

        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('.scroll table')].filter(table => !table.caption?.textContent || table.querySelector('thead th:not([scope=col])') || table.querySelector('tbody tr:not(.second) > :first-child:not([scope])')).length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('.plot')].filter(plot => plot.tabIndex !== 0 || !plot.getAttribute('aria-label').includes(plot.closest('figure').querySelector('.chart-title').textContent)).length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('section')].filter(section => !document.getElementById(section.getAttribute('aria-labelledby'))).length"));
        Assert.Equal(1, await page.EvaluateAsync<int>("document.querySelectorAll('h1').length"));
        Assert.Equal("en", await page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('[id]')].length - new Set([...document.querySelectorAll('[id]')].map(element => element.id)).size"));
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Downloads_are_the_files_of_the_run()
    {
        await using BrowserPage page = await OpenAsync();

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(_folder, "summary.json")), await DownloadAsync("summary.json"));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(_folder, "environment.json")), await DownloadAsync("environment.json"));
        Assert.StartsWith("#[Histogram log format version 1.3]\n", await DownloadAsync("run.hlog"));
        Assert.StartsWith($"// {PagedRun.Hostile}\n", await DownloadAsync("mixed.csx"));

        async Task<string> DownloadAsync(string name)
        {
            IDownload download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.Locator($"#downloads button:has-text('{name}')").ClickAsync());
            Assert.Equal(name, download.SuggestedFilename);
            return await File.ReadAllTextAsync(await download.PathAsync());
        }
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Runs_are_compared_in_one_page_with_ratios_and_each_is_there_whole()
    {
        ReportRun first = PagedRun.WriteTo(Path.Combine(_folder, "a"), "before"), second = PagedRun.WriteTo(Path.Combine(_folder, "b"), "after", slowness: 3);
        string path = Path.Combine(_folder, "compare.html");
        ReportPage.Write(path, [first, second]);

        await using BrowserPage page = await browser.OpenAsync(new Uri(path));
        await page.ReadyAsync();

        string[][] rows = await page.RowsAsync("chat · echo");
        string[] median = rows.Single(row => row[0] == "p50, from intended");
        Assert.Equal("p50, from intended", median[0]);
        Assert.Matches(@"^(2\.9\d|3\.0\d)×$", median[3]);
        Assert.Equal("1.00×", rows.Single(row => row[0] == "failed")[3]);
        Assert.Equal(["A: before", "B: after"], (await page.RowsAsync("Verdicts of the runs on themselves")).Select(row => row[0]));
        Assert.Contains("B: after", await page.TextAsync("#curves .u-legend"));

        await page.Page.Locator("label:has-text('B: after')").ClickAsync();

        Assert.Equal("after", await page.TextAsync("h1 >> nth=1"));
        Assert.Equal(Median("b"), (await page.RowsAsync("Scenario chat"))[2][^6]);
        Assert.Empty(page.Complaints);
        Assert.Empty(page.Requests);

        string Median(string run) => Duration(
            JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, run, "summary.json"))).RootElement.GetProperty("scenarios")[0].GetProperty("steps")[1].GetProperty("latency"), "p50");
    }

    private async Task<BrowserPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        PagedRun.WriteTo(_folder);
        BrowserPage page = await browser.OpenAsync(new Uri(Path.Combine(_folder, ReportOutput.FileName)), options);
        await page.ReadyAsync();
        return page;
    }

    /// <summary>Opens whatever is folded away, and what that brings along.</summary>
    private static async Task OpenAllAsync(BrowserPage page) => await page.EvaluateAsync<bool>(
        """
        (async () => {
            for (let closed; (closed = document.querySelectorAll("details:not([open])")).length > 0;) {
                closed.forEach(one => one.open = true);
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            }
            return true;
        })()
        """);

    private static string[] Latency(JsonElement latency) => [.. new[] { "mean", "p50", "p75", "p95", "p99", "p999", "max" }.Select(name => Duration(latency, name))];

    private static string Duration(JsonElement latency, string name) =>
        latency.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? Units.Duration(value.GetDouble() * 1e9) : "–";
}
