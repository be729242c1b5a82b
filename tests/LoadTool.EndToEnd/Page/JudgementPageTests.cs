using System.Text.Json;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;
using LoadTool.Outputs.Terminal;
using Microsoft.Playwright;

namespace LoadTool.EndToEnd.Page;

/// <summary>The pages of judgements, made by the tool and opened in a browser: each kind is held to the same.</summary>
public sealed class JudgementPageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Hostile = "<script>window.harmed=1;alert(1)</script>";
    private const int PhoneWidth = 375;

    private readonly WorkFolder _folder = new();
    private int _runs;

    public void Dispose() => _folder.Dispose();

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Of_a_comparison()
    {
        Plant("a", 1, 1.02, 0.99);
        Plant("b", 3, 3.05, 2.95);
        await JudgeAsync("compare", "a", "b", "--force");

        string text = await OpenAsync(hasHostileNames: true);

        AssertShown(text, from: "comparisons", "base", "new");
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Of_a_gate()
    {
        Plant("a", 1, 1.02, 0.99);
        Plant("b", 3, 3.05);
        Assert.Contains("worse: regression", await JudgeAsync("gate", "b/0", "b/1", "--baseline", "a", "--force"));

        string text = await OpenAsync(hasHostileNames: true, hasCharts: false);

        AssertShown(text, from: "figures", "baseline", "new");
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Of_a_history()
    {
        Plant("a", 1, 1.02, 0.99, 3, 3.05, 2.95);

        // Planted runs fail more often within their seconds than in all, which a history takes for a run that was cut short.
        RunDigest[] runs = [.. Enumerable.Range(0, 6).Select(number => RunDigests.Of(JudgedRun.Read(Path.Combine(_folder.Root, "a", $"{number}"))) with { Doubt = null })];
        GateSettings settings = new();
        _folder.Write("page.html", HtmlPage.Of(HistoryDocument.Of(PagedRun.Hostile, runs, FigureChanges.Of(runs, settings), settings)));

        await OpenAsync(hasHostileNames: true);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Of_a_soak()
    {
        Plant("a", 1);
        await JudgeAsync("soak", "a/0", "--force");

        await OpenAsync(hasHostileNames: true);
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Of_the_lab()
    {
        await JudgeAsync("lab", "nagle", "--sizes", "32", "--writes", "write-write-read", "--blocks", "6", "--block-length", "50ms");

        string text = await OpenAsync(hasHostileNames: false);

        JsonElement[] cells = [.. Json().GetProperty("cells").EnumerateArray().Select(cell => cell.GetProperty("figures").GetProperty("latency_p50_seconds"))];
        Assert.All(cells.SelectMany(cell => new[] { cell.GetProperty("without"), cell.GetProperty("with") }), value => AssertShown(text, value));
    }

    [FactWith(nameof(Programs.Program.Chromium), nameof(Programs.Program.Node))]
    public async Task Of_a_capacity()
    {
        _folder.Write("ask.csx", $$"""
            Scenario.Create("{{Hostile}}", async user =>
            {
                using var step = Step.Begin("ask", user);
                await user.Delay(TimeSpan.FromMilliseconds(2));
                step.Ok();
            }).WithLoadSimulations(Simulation.Inject(rate: 10, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(5)));
            """);
        await JudgeAsync("capacity", "ask.csx", "--slo", "ask: p(99) < 2s", "--from", "50", "--limit", "100", "--step-time", "1s..2s", "--rest", "10ms", "--budget", "20s");

        string text = await OpenAsync(hasHostileNames: false);

        Assert.All(Json().GetProperty("trials").EnumerateArray().SelectMany(trial => new[] { trial.GetProperty("p50"), trial.GetProperty("p99") }), value => AssertShown(text, value));
    }

    private void Plant(string folder, params double[] slownesses)
    {
        foreach ((int index, double slowness) in slownesses.Index())
            PagedRun.WriteTo(Path.Combine(_folder.Root, folder, $"{index}"), slowness: slowness, seed: ++_runs);
    }

    /// <returns>What the console says.</returns>
    private async Task<string> JudgeAsync(params string[] arguments)
    {
        (_, string output, string error) = await Tool.RunAsync(_folder.Root, [.. arguments, "--page", "page.html", "--json", "page.json"]);
        Assert.True(File.Exists(Path.Combine(_folder.Root, "page.html")), output + error);
        return output;
    }

    private JsonElement Json() => JsonElement.Parse(File.ReadAllText(Path.Combine(_folder.Root, "page.json")));

    /// <summary>Opens it in every way that it is read in.</summary>
    /// <returns>All of its text.</returns>
    private async Task<string> OpenAsync(bool hasHostileNames, bool hasCharts = true)
    {
        Uri address = new(Path.Combine(_folder.Root, "page.html"));
        await using BrowserPage page = await browser.OpenAsync(address, new BrowserNewContextOptions { ColorScheme = ColorScheme.Light });
        await AssertSafeAsync(page, hasHostileNames);
        await AssertReadAloudAsync(page);
        Assert.Equal(hasCharts, await page.EvaluateAsync<bool>("document.querySelector('figure svg') !== null"));
        Assert.Empty(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('figure .scroll > svg')].filter(svg => svg.getBoundingClientRect().height < 200).map(svg => svg.getAttribute('aria-label'))"));
        Assert.Empty(await OverlapsAsync(page));
        await AssertKeysAsync(page);
        await page.EvaluateAsync<bool>("document.querySelectorAll('details').forEach(one => one.open = true) ?? true");
        Assert.InRange(await page.ContrastAsync("noscript"), 4.5, 21);
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        Assert.InRange(await page.ContrastAsync("noscript"), 4.5, 21);
        Assert.NotEqual("rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await AssertPrintedAsync(page);
        Assert.Empty(page.Complaints);
        Assert.Empty(page.Requests);
        await AssertOnPhoneAsync(address);
        return await page.EvaluateAsync<string>("document.body.textContent");
    }

    private static async Task AssertSafeAsync(BrowserPage page, bool hasHostileNames)
    {
        Assert.False(await page.EvaluateAsync<bool>("'harmed' in window"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('script, img, iframe, a').length"));
        Assert.Equal(hasHostileNames, (await page.EvaluateAsync<string>("document.body.textContent")).Contains(PagedRun.Shown, StringComparison.Ordinal));
    }

    /// <summary>Language, landmark, headings without a gap, names of pictures, tables and what scrolls, heads of rows and columns.</summary>
    private static async Task AssertReadAloudAsync(BrowserPage page)
    {
        Assert.Equal("en", await page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.Equal(1, await page.EvaluateAsync<int>("document.querySelectorAll('main').length"));
        Assert.Matches("^12*$", await page.EvaluateAsync<string>("[...document.querySelectorAll('h1, h2, h3, h4')].map(heading => heading.tagName[1]).join('')"));
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('svg')].filter(svg => !(svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label')) && svg.getAttribute('aria-hidden') !== 'true').length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('.scroll')].filter(one => one.getAttribute('role') !== 'region' || !one.getAttribute('aria-label') || one.tabIndex !== 0).length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('table')].filter(table => !table.closest('.scroll') || table.querySelector('thead th:not([scope=col]), thead th:empty, tbody tr > :first-child:not([scope=row])')).length"));
    }

    /// <summary>Names along an axis that lie over one another, or leave the picture.</summary>
    private static async Task<string[]> OverlapsAsync(BrowserPage page) => await page.EvaluateAsync<string[]>(
        """
        [...document.querySelectorAll("figure .scroll > svg")].flatMap(svg => {
            const frame = svg.getBoundingClientRect();
            const texts = [...svg.querySelectorAll("text")].map(text => ({ text: text.textContent, box: text.getBoundingClientRect(), isNote: text.matches(".note") }));
            const outside = texts.filter(({ box }) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
            const names = texts.filter(text => !text.isNote);
            const over = names.filter(({ box }, index) => names.some((other, at) => at > index && other.box.left < box.right - 1 && box.left < other.box.right - 1 && other.box.top < box.bottom - 4 && box.top < other.box.bottom - 4));
            return [...outside, ...over].map(({ text }) => text);
        })
        """);

    /// <summary>Everything that takes keys is reached, in the order of the page.</summary>
    private static async Task AssertKeysAsync(BrowserPage page)
    {
        string[] expected = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.scroll, summary')].filter(one => one.checkVisibility()).map(one => { one.dataset.reached = ''; return one.getAttribute('aria-label') ?? one.textContent; })");
        List<string> reached = [];
        for (int count = 0; count < expected.Length; count++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"));
        }

        Assert.Equal(expected, reached);
    }

    /// <summary>From a dark page: dark on white, and nothing cut off at the paper's edge.</summary>
    private static async Task AssertPrintedAsync(BrowserPage page)
    {
        await page.Page.SetViewportSizeAsync(720, 1000);
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print, ColorScheme = ColorScheme.Dark });

        Assert.Equal("rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.InRange(await page.ContrastAsync("noscript"), 4.5, 21);
        Assert.Equal(720, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    private async Task AssertOnPhoneAsync(Uri address)
    {
        await using BrowserPage page = await browser.OpenAsync(address, new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = PhoneWidth, Height = 740 }, IsMobile = true, HasTouch = true });
        await page.EvaluateAsync<bool>("document.querySelectorAll('details').forEach(one => one.open = true) ?? true");

        Assert.Equal(PhoneWidth, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

        // What a letter of a picture is high, in pixels of the screen.
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('figure .scroll > svg text')].filter(text => parseFloat(getComputedStyle(text).fontSize) * text.ownerSVGElement.getScreenCTM().a < 9).length"));
    }

    /// <summary>That the page has the percentiles of the judgement's figures.</summary>
    private void AssertShown(string text, string from, string one, string other)
    {
        JsonElement root = Json();
        IEnumerable<JsonElement> figures = from == "comparisons" ? root.GetProperty(from).EnumerateArray().SelectMany(comparison => comparison.GetProperty("figures").EnumerateArray()) : root.GetProperty(from).EnumerateArray();
        JsonElement[] percentiles = [.. figures.Where(figure => figure.GetProperty("figure").GetString()!.Split(' ')[^1] is "p50" or "p95" or "p99")];
        Assert.NotEmpty(percentiles);
        Assert.All(percentiles, figure =>
        {
            AssertShown(text, figure.GetProperty(one));
            AssertShown(text, figure.GetProperty(other));
        });
    }

    private static void AssertShown(string text, JsonElement seconds)
    {
        if (seconds.ValueKind == JsonValueKind.Number)
            Assert.Contains(Units.Duration(seconds.GetDouble() * 1e9), text);
    }
}
