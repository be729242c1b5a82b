namespace LoadTool;

/// <summary>A line of a run's log.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Text">The line; may hold anything a script or a server sent.</param>
public readonly record struct LogLine(DateTimeOffset At, string Text);
