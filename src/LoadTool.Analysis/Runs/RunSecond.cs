namespace LoadTool.Analysis.Runs;

/// <summary>One interval of a run, usually a second: what a run's figures scatter by within it.</summary>
/// <param name="SinceStart">From the run's start to its end.</param>
/// <param name="Length">How long it was.</param>
/// <param name="Connections">Open at its end.</param>
/// <param name="Steps">What each place (<see cref="FigureName.Place"/>) counted in it; those that counted nothing are missing.</param>
internal sealed record RunSecond(TimeSpan SinceStart, TimeSpan Length, long Connections, IReadOnlyDictionary<string, StepSecond> Steps);
