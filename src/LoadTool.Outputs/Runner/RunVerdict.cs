namespace LoadTool;

/// <summary>What the end of a run means for the exit code, with one line for each thing that went wrong.</summary>
internal static class RunVerdict
{
    internal static int Tell(RunResult result, Func<Exception, string> describe, bool requiresTrust)
    {
        int exitCode = ExitCode.Ok;
        bool nothingWorked = NothingWorked(result);

        // A target that some other step reached is running at the right address: the step is what to look at, whether iterations ended or not.
        if (StepThatNeverWorked(result) is { } step && (!nothingWorked || result.Steps.Any(other => other.OkCount > 0)) && !result.WasStopped)
            exitCode = ExitCode.Fail($"step \"{step.Step}\" never succeeded against {Target(result)}: {Why(step.Failures.MaxBy(failure => failure.Value))}", ExitCode.Usage);
        else if (nothingWorked && !result.WasStopped)
            exitCode = TellNothingWorked(result);
        foreach ((string output, string error) in result.OutputErrors)
            exitCode = ExitCode.Fail($"output {output} lost data: {error}", ExitCode.ResultsNotWritten);

        // A run that its own threshold aborted is told as that, whatever else it shows: a target that fails is what the threshold was for.
        if (exitCode is ExitCode.Ok or ExitCode.ResultsNotWritten || result.AbortedBy is not null)
            exitCode = TellThresholds(result, exitCode);

        // What an invalid run measured is no ground for thresholds, whether it says crossed or kept.
        if (requiresTrust && exitCode is (ExitCode.Ok or ExitCode.ResultsNotWritten or ExitCode.ThresholdCrossed))
            exitCode = TellTrust(result, exitCode);
        if (result.CleanError is { } clean)
            exitCode = ExitCode.Fail($"{clean.Place} of scenario \"{clean.Scenario}\" failed: {describe(clean.InnerException!)}", ExitCode.Script);
        return result.WasStopped ? ExitCode.Stopped : exitCode;
    }

    private static int TellTrust(RunResult result, int exitCode) => result.Trust is { Verdict: TrustVerdict.Invalid, Reasons: [var worst, ..] }
        ? ExitCode.Fail($"the generator is not to be trusted: {worst.Finding}; {worst.Remedy}", ExitCode.NotTrusted)
        : exitCode;

    private static int TellThresholds(RunResult result, int exitCode)
    {
        foreach (ThresholdResult threshold in result.Thresholds.Where(threshold => threshold.IsCrossed))
            exitCode = ExitCode.Fail($"threshold \"{threshold.Text}\" of scenario \"{threshold.Scenario}\" was crossed{(threshold.AbortedAt is { } at ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" and aborted the run after {at.TotalSeconds:0.#} s") : "")}", ExitCode.ThresholdCrossed);
        return exitCode;
    }

    /// <summary>Users that only listen are cut by the end of the run, so that no iteration of theirs succeeds; each of their steps does, now and then.</summary>
    internal static bool NothingWorked(RunResult result)
    {
        long ok = result.Iterations.Sum(iterations => iterations.OkCount);
        long failed = result.Iterations.Sum(iterations => iterations.FailCount);
        return ok == 0 && (failed > 0 || result.Steps.Count == 0 || result.Steps.Any(step => step.OkCount == 0));
    }

    /// <summary>A step that failed each time, and more often than iterations succeeded: users that were stopped before it may well have ended in order.</summary>
    private static StepFigures? StepThatNeverWorked(RunResult result) =>
        result.Steps.FirstOrDefault(step => step.OkCount == 0 && step.FailCount > result.Iterations.Where(iterations => iterations.Scenario == step.Scenario).Sum(iterations => iterations.OkCount));

    private static int TellNothingWorked(RunResult result)
    {
        if (result.Failures is not [KeyValuePair<Outcome, long> most, ..])
            return ExitCode.Fail($"no iteration came to an end: {Unanswered(result)} by {Target(result)}; is it the right path?", ExitCode.Usage);
        return most.Key.Status == Outcome.ScriptError
            ? ExitCode.Fail($"no iteration succeeded: the script failed, {Why(most)}; see the log for its place", ExitCode.Script)
            : ExitCode.Fail($"no iteration succeeded against {Target(result)}: {Why(most)}; {Advice(most.Key)}", ExitCode.Usage);
    }

    private static string Advice(Outcome failure) => failure.Status.StartsWith("Certificate", StringComparison.Ordinal)
        ? "--insecure accepts any certificate"
        : "is the target running, and its address right?";

    private static string Why(KeyValuePair<Outcome, long> failure) => $"{failure.Key.Status} ({failure.Key.Detail}) {failure.Value} times";

    private static string Unanswered(RunResult result) =>
        result.Steps.FirstOrDefault(step => step.OkCount == 0) is { } step ? $"step \"{step.Step}\" was never answered" : "nothing was answered";

    /// <summary>Without user and query, which may hold secrets.</summary>
    private static string Target(RunResult result) => result.Run.Options.Target.GetComponents(
        UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped);
}
