namespace LoadTool.Tests.Run;

/// <summary>Counts failures as a share does.</summary>
internal static class Failing
{
    internal static void Fail(this StepRecorder recorder, Outcome outcome) => recorder.Failures.Fail(outcome, new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));

    internal static void Fail(this OutcomeCounts counts, Outcome outcome, DateTimeOffset at, int user = 0)
    {
        if (!counts.TryCount(outcome))
            counts.Add(outcome, new OutcomeSample(at, "s", "step", user, SocketId: 1, outcome.Detail));
    }
}
