using System.Diagnostics;

namespace LoadTool.EndToEnd.Run;

/// <summary>The `loadtool` process, as a user runs it; ended with its test.</summary>
internal sealed class Tool : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly Task<string> _error;

    private Tool(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Copied beside this test's assembly, in the same configuration.</summary>
    internal static string Assembly { get; } = typeof(LoadTool.Cli.ScriptGlobals).Assembly.Location;

    internal int Id => _process.Id;

    /// <summary>Starts it; a run is quiet, so that standard error holds what went wrong and nothing else.</summary>
    internal static Tool Start(string folder, params string[] arguments) =>
        StartProgram(folder, "dotnet", arguments is ["run", ..] ? [Assembly, "run", "--quiet", .. arguments[1..]] : [Assembly, .. arguments]);

    internal static Tool StartProgram(string folder, string program, string[] arguments) => new(Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    /// <summary>Runs to the end.</summary>
    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(string folder, params string[] arguments)
    {
        using Tool tool = Start(folder, arguments);
        return await tool.EndAsync();
    }

    /// <summary>Waits for the next line of standard output; null at its end.</summary>
    internal Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync().WaitAsync(Limit);

    /// <summary>Sends a signal by its name, such as INT.</summary>
    internal void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        Assert.True(kill.WaitForExit(Limit));
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Ends standard input, which ends a child target.</summary>
    internal void CloseInput() => _process.StandardInput.Close();

    internal async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        string output = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        string error = await _error.WaitAsync(Limit);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return (_process.ExitCode, output, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
