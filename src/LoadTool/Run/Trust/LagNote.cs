namespace LoadTool;

/// <summary>One long lag of one loop.</summary>
/// <param name="Loop">Index of the loop.</param>
/// <param name="At">When it ended, nanoseconds of the run's clock.</param>
/// <param name="Nanoseconds">How late the loop came to what was due; of a script's code, how long it held the loop.</param>
/// <param name="Cause">Why.</param>
/// <param name="Scenario">Whose code held the loop, where that is known.</param>
/// <param name="Step">The step that it was in; null outside of steps.</param>
/// <param name="User">Index of the virtual user.</param>
internal sealed record LagNote(int Loop, long At, long Nanoseconds, LagCause Cause, string? Scenario = null, string? Step = null, int User = 0);
