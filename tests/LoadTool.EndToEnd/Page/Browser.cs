using Microsoft.Playwright;

namespace LoadTool.EndToEnd.Page;

/// <summary>Debian's chromium, driven by Playwright; started with the first page that a class of tests opens.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A page in a context of its own, which keeps what the page complains of.</summary>
    public async Task<BrowserPage> OpenAsync(Uri address, BrowserNewContextOptions? options = null)
    {
        BrowserPage page = await BrowserPage.CreateAsync(await StartedAsync(), options ?? new BrowserNewContextOptions());
        await page.Page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> StartedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Programs.Program.Chromium.Path("chromium"), Args = Arguments });
        }
        finally
        {
            _starting.Release();
        }
    }
}
