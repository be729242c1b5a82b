namespace LoadTool.Cli.Commands;

/// <summary>What the end of a run means for the exit code, with one line for each thing that went wrong.</summary>
internal static class RunVerdict
{
    internal static int Tell(RunResult result, Func<Exception, string> describe)
    {
        int exitCode = ExitCode.Ok;
        if (NothingWorked(result) && !result.WasStopped)
            exitCode = TellNothingWorked(result);
        foreach ((string output, string error) in result.OutputErrors)
            exitCode = CommandLine.Fail($"output {output} lost data: {error}", ExitCode.ResultsNotWritten);
        if (result.CleanError is { } clean)
            exitCode = CommandLine.Fail($"{clean.Place} of scenario \"{clean.Scenario}\" failed: {describe(clean.InnerException!)}", ExitCode.Script);
        return result.WasStopped ? ExitCode.Stopped : exitCode;
    }

    /// <summary>Users that only listen are cut by the end of the run, so that no iteration of theirs succeeds; their steps do.</summary>
    private static bool NothingWorked(RunResult result)
    {
        long ok = result.Iterations.Sum(iterations => iterations.OkCount);
        long failed = result.Iterations.Sum(iterations => iterations.FailCount);
        return ok == 0 && (failed > 0 || result.OkCount == 0);
    }

    private static int TellNothingWorked(RunResult result)
    {
        if (result.Failures is not [(Outcome most, long count), ..])
            return CommandLine.Fail($"no iteration came to an end: nothing was answered by {Target(result)}; is it the right path?", ExitCode.Usage);
        string why = $"{most.Status} ({most.Detail}) {count} times";
        return most.Status == Outcome.ScriptError
            ? CommandLine.Fail($"no iteration succeeded: the script failed, {why}; see the log for its place", ExitCode.Script)
            : CommandLine.Fail($"no iteration succeeded against {Target(result)}: {why}; is the target running, and its address right?", ExitCode.Usage);
    }

    /// <summary>Without user and query, which may hold secrets.</summary>
    private static string Target(RunResult result) => result.Run.Options.Target.GetComponents(
        UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped);
}
