namespace LoadTool;

/// <summary>One failure of its kind, to look at: the first that was counted.</summary>
/// <param name="At">When it was counted, on the run's clock.</param>
/// <param name="Scenario">The scenario; null for a connection that broke while nobody awaited it, and for one that a script dealt with itself.</param>
/// <param name="Step">The step; null outside of steps.</param>
/// <param name="User">The user's <see cref="VirtualUser.Number"/>; null where there is no scenario.</param>
/// <param name="SocketId">The socket's number, as its <c>Information.SocketId</c>; null where no socket was to blame.</param>
/// <param name="Text">All that is known, with the place in the script; at most <see cref="MaxTextLength"/> characters.</param>
public sealed record OutcomeSample(DateTimeOffset At, string? Scenario, string? Step, int? User, uint? SocketId, string Text)
{
    /// <summary>Longer texts are cut: a message may hold a server's whole page.</summary>
    public const int MaxTextLength = 2000;

    internal static string Cut(string text) => text.Length <= MaxTextLength ? text : text[..MaxTextLength];
}
