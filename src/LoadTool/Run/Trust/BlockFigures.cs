namespace LoadTool;

/// <summary>A script's code that kept its event loop for twenty milliseconds or more at a time: nothing else on the loop went on.</summary>
/// <param name="Scenario">The scenario; null where it is not known: after an await of something that is no socket, or in a handler of events.</param>
/// <param name="Step">The innermost step under way as that piece of code began; null outside of steps.</param>
/// <param name="Count">How often.</param>
/// <param name="Total">How long, all together.</param>
/// <param name="Longest">How long at most.</param>
/// <param name="LongestUser">Index of the virtual user of the longest.</param>
/// <param name="LongestAt">When the longest ended, since the run's start.</param>
public sealed record BlockFigures(string? Scenario, string? Step, long Count, TimeSpan Total, TimeSpan Longest, int LongestUser, TimeSpan LongestAt);
