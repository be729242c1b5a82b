using System.Diagnostics;
using LoadTool.Cli.Scripting;

namespace LoadTool.Cli.Commands;

/// <summary>
/// Compiles a script into the cache in a process of its own. This one has tiered compilation off, for the sake of the load, and would spend
/// 4 s of processor time on turning the compiler itself into its best machine code, and keep 120 MB of it; the other needs 1 s, and is gone.
/// </summary>
internal static class FirstCompilation
{
    private const string TieredCompilation = "DOTNET_TieredCompilation";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Fills the cache, if that can be done better elsewhere; whoever asks looks there again.</summary>
    /// <exception cref="ScriptErrorException">The script does not compile; the message is the other process's.</exception>
    internal static void Fill(string script)
    {
        if (Environment.GetEnvironmentVariable(TieredCompilation) == "1")
            return;
        ProcessStartInfo start = SelfProcess.StartInfo("check", script);
        start.Environment[TieredCompilation] = "1";
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process compiler = Process.Start(start)!;
        Task<string> output = compiler.StandardOutput.ReadToEndAsync();
        Task<string> errors = compiler.StandardError.ReadToEndAsync();
        if (!compiler.WaitForExit(Limit))
        {
            compiler.Kill(entireProcessTree: true);
            return;
        }

        Task.WaitAll(output, errors);
        if (compiler.ExitCode is ExitCode.Script or ExitCode.Usage)
            throw new ScriptErrorException(errors.Result.TrimEnd(), isScriptMissing: compiler.ExitCode == ExitCode.Usage);
    }
}
