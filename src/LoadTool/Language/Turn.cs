namespace LoadTool;

/// <summary>One beat of a pace: it knows the moment it was due, which is where latency counts from.</summary>
/// <param name="Number">Index of the turn, from 0.</param>
/// <param name="DueAt">When it was due, in nanoseconds of the event loop's clock.</param>
public readonly record struct Turn(long Number, long DueAt);
