namespace LoadTool;

/// <summary>What the end of a program's run means for its exit code, with one line for each thing that went wrong; the console has told the rest.</summary>
internal static class ProgramVerdict
{
    internal static int Tell(RunResult result)
    {
        int exitCode = ExitCode.Ok;
        if (result.OkCount == 0 && !result.WasStopped)
            return Fail($"nothing succeeded against {result.Run.Options.Target.Host}:{result.Run.Options.Target.Port}: is the target running, and its address right?", ExitCode.Usage);
        foreach ((string output, string error) in result.OutputErrors)
            exitCode = Fail($"output {output} lost data: {error}", ExitCode.ResultsNotWritten);
        foreach (ThresholdResult threshold in result.Thresholds.Where(threshold => threshold.IsCrossed))
            exitCode = Fail($"threshold \"{threshold.Text}\" of scenario \"{threshold.Scenario}\" was crossed", ExitCode.ThresholdCrossed);
        if (result.CleanError is { } clean)
            exitCode = Fail(clean.Message, ExitCode.Script);
        return result.WasStopped ? ExitCode.Stopped : exitCode;
    }

    internal static int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine($"error: {message}");
        return exitCode;
    }
}
