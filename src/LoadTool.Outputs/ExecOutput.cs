using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs;

/// <summary>Runs a command when the run has ended, and gives it the summary (<c>summary.json</c>) on its standard input.</summary>
/// <remarks>The command goes through the system's shell; what it prints goes to standard error, so that a redirected summary holds nothing else.</remarks>
internal sealed class ExecOutput : IOutput
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);

    /// <summary>What an ended command has printed is there already.</summary>
    private static readonly TimeSpan LastLinesLimit = TimeSpan.FromSeconds(1);

    private readonly string _command;
    private readonly TimeSpan _limit;

    private ExecOutput(string command, TimeSpan limit) => (_command, _limit) = (command, limit);

    /// <inheritdoc/>
    public string Name => "exec";

    internal static OutputKind Kind { get; } = new(
        "exec", "=COMMAND", "Runs a command of the shell at the end, with the summary as JSON on its standard input.",
        [new("timeout", "Limit of the command; 60s by default.")],
        request => new ExecOutput(request.RequireTarget("\"jq .trust.verdict\""), request.Time("timeout", DefaultLimit)));

    /// <inheritdoc/>
    public void Start(RunInfo run)
    {
    }

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The command could not be started, failed, or took too long.</exception>
    public void Finish(RunResult result)
    {
        using MemoryStream summary = new();
        using (Utf8JsonWriter json = new(summary))
            new SummaryFile(result, result.OutputErrors, json).Write();
        using Process process = Start();
        process.OutputDataReceived += (_, line) => Tell(line.Data);
        process.ErrorDataReceived += (_, line) => Tell(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Task writing = GiveAsync(process, summary.ToArray());
        if (!process.WaitForExit(_limit) || !writing.Wait(_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new IOException($"the command did not end within {_limit.TotalSeconds:0.#} s and was ended");
        }

        // And its last lines; what it has left running in the background may hold its output open for ever.
        process.WaitForExitAsync().Wait(LastLinesLimit);
        if (process.ExitCode != 0)
            throw new IOException($"the command ended with exit code {process.ExitCode}");
    }

    private Process Start()
    {
        ProcessStartInfo start = OperatingSystem.IsWindows() ? new("cmd.exe", ["/c", _command]) : new("/bin/sh", ["-c", _command]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError, start.StandardInputEncoding) = (true, true, true, new UTF8Encoding(false));
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new IOException($"the command could not be started: {error.Message}", error);
        }
    }

    /// <summary>A command need not read its input: one that ends before is no error.</summary>
    private static async Task GiveAsync(Process process, byte[] summary)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(summary);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            process.StandardInput.BaseStream.Dispose();
        }
    }

    private static void Tell(string? line)
    {
        if (line is not null)
            Console.Error.WriteLine($"exec: {VisibleText.OneLine(line)}");
    }
}
