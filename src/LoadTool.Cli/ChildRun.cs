using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LoadTool.Cli;

/// <summary>A `loadtool run` in a process of its own, that can be asked to end in order.</summary>
internal sealed partial class ChildRun : IAsyncDisposable
{
    private const int Interrupt = 2;

    /// <summary>What a run needs to end in order: its iterations, its files and its page.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly Task<string> _output;

    private ChildRun(Process process) =>
        (_process, _errors, _output) = (process, process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());

    internal bool HasEnded => _process.HasExited;

    /// <param name="arguments">Those of <c>run</c>.</param>
    internal static ChildRun Start(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = SelfProcess.StartInfo(["run", .. arguments]);
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;

        // Whoever starts runs tells a workflow what they say together; each of them would tell the same in pieces.
        start.Environment.Remove("GITHUB_ACTIONS");
        return new ChildRun(Process.Start(start)!);
    }

    /// <summary>Waits until it has ended by itself, or is to be asked to.</summary>
    internal async Task WaitAsync(CancellationToken stop)
    {
        try
        {
            await _process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // EndAsync asks it.
        }
    }

    /// <summary>Waits for the end, which the run is asked for if it does not come by itself.</summary>
    /// <returns>The first line of what it said was wrong, without its label; null when it said nothing.</returns>
    internal async Task<string?> EndAsync()
    {
        if (!HasEnded && !OperatingSystem.IsWindows())
            _ = Kill(_process.Id, Interrupt);
        using CancellationTokenSource limit = new(OperatingSystem.IsWindows() ? Timeout.InfiniteTimeSpan : EndLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            return $"the run did not end within {EndLimit.TotalSeconds:0} s of being asked to";
        }

        await _output;
        string? line = (await _errors).Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(line => line.Contains("error: ", StringComparison.Ordinal));
        return line?.StartsWith("error: ", StringComparison.Ordinal) == true ? line["error: ".Length..] : line;
    }

    public ValueTask DisposeAsync()
    {
        if (!HasEnded)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
