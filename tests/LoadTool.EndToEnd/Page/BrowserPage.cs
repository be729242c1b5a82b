using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace LoadTool.EndToEnd.Page;

/// <summary>A page in a browser, and everything it complained of or asked the network for.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _requests = new();

    private BrowserPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Errors and warnings on the console (violations of the content security policy are among them), and exceptions.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Addresses that are neither a file nor inside the page.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public static async Task<BrowserPage> CreateAsync(IBrowser browser, BrowserNewContextOptions options)
    {
        IBrowserContext context = await browser.NewContextAsync(options);
        BrowserPage page = new(context, await context.NewPageAsync());
        page.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                page._complaints.Enqueue($"{message.Text} {message.Location}");
        };
        page.Page.PageError += (_, error) => page._complaints.Enqueue(error);
        page.Page.Dialog += (_, dialog) =>
        {
            page._complaints.Enqueue($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                page._requests.Enqueue(request.Url);
        };
        return page;
    }

    /// <summary>Waits until all is drawn.</summary>
    public async Task ReadyAsync() => await Page.WaitForSelectorAsync("html[data-ready=true]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });

    public async Task<T> EvaluateAsync<T>(string expression) => await Page.EvaluateAsync<T>(expression);

    public async Task<string> TextAsync(string selector) => await Page.Locator(selector).First.InnerTextAsync();

    /// <summary>The texts of a table's rows, cell by cell, of the table with a caption.</summary>
    public async Task<string[][]> RowsAsync(string caption)
    {
        JsonElement rows = await Page.EvaluateAsync<JsonElement>(
            """
            caption => [...document.querySelectorAll("table")].find(table => table.caption?.textContent === caption)
                ?.tBodies[0].rows && [...[...document.querySelectorAll("table")].find(table => table.caption?.textContent === caption).tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent))
            """,
            caption);
        return [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.GetString()!).ToArray())];
    }

    /// <summary>The contrast (WCAG 2.1) of the least of all texts with what lies behind it.</summary>
    /// <param name="without">What is left out, as a selector.</param>
    public async Task<double> ContrastAsync(string without) => await Page.EvaluateAsync<double>(
            """
            without => {
                const parts = colour => colour.match(/[\d.]+/g).map(Number);
                const light = ([r, g, b]) => [r, g, b].map(value => value / 255).map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
                const behind = element => {
                    for (; element; element = element.parentElement) {
                        const colour = parts(getComputedStyle(element).backgroundColor);
                        if (colour.length === 3 || colour[3] === 1)
                            return colour;
                    }
                    return [255, 255, 255];
                };
                let least = 21;
                for (const element of document.querySelectorAll("body *")) {
                    if (![...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) || element.closest(`.unseen, .uplot, script, style, title, ${without}`))
                        continue;
                    const [one, other] = [light(parts(element.ownerSVGElement ? getComputedStyle(element).fill : getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
                    least = Math.min(least, (one + 0.05) / (other + 0.05));
                }
                return least;
            }
            """,
            without);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
