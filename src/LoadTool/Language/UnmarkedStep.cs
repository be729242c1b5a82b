namespace LoadTool;

/// <summary>A step that ended without being marked, in a list of the same; what ended its iteration will tell why.</summary>
/// <param name="Step">What counts it.</param>
/// <param name="Next">The one that ended before, or null.</param>
internal sealed record UnmarkedStep(StepRecorder Step, UnmarkedStep? Next);
