using System.Diagnostics;
using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Serve;

/// <summary>A target server in a process of its own, so that a first run needs nothing else. It ends with its parent, however that ends.</summary>
internal sealed class ChildTarget : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private ChildTarget(Process process, Uri uri) => (_process, Uri) = (process, uri);

    /// <summary>The server's echo path.</summary>
    internal Uri Uri { get; }

    /// <summary>The server's process.</summary>
    internal int ProcessId => _process.Id;

    /// <param name="address">Where it listens.</param>
    /// <param name="start">Starts its process; null does so as usual.</param>
    /// <exception cref="UsageException">The server did not start.</exception>
    internal static async Task<ChildTarget> StartAsync(string address = "127.0.0.1", Func<ProcessStartInfo, Process>? start = null)
    {
        ProcessStartInfo info = StartInfo(address);
        Process process = start is null ? Process.Start(info)! : start(info);
        using CancellationTokenSource limit = new(StartLimit);
        try
        {
            string? line = await process.StandardOutput.ReadLineAsync(limit.Token);
            if (line?.StartsWith(ServeCommand.ReadyLine, StringComparison.Ordinal) == true)
                return new ChildTarget(process, new Uri(line[ServeCommand.ReadyLine.Length..] + "/echo"));
        }
        catch (OperationCanceledException)
        {
            // Told below like any other failure to start.
        }

        process.Kill();
        throw new UsageException("the target server did not start; run `loadtool serve` by hand to see why, or give a --target");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource limit = new(EndLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(string address)
    {
        ProcessStartInfo start = SelfProcess.StartInfo("serve", "--address", address, "--port", "0", "--until-input-ends");
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        return start;
    }
}
