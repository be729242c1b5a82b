namespace LoadTool.Cli.Commands;

/// <summary>Durations of options, as k6 writes them: <c>500ms</c>, <c>30s</c>, <c>1m30s</c>, <c>2h</c>, <c>1.5m</c>.</summary>
internal static class DurationText
{
    /// <summary>Reads a duration greater than zero.</summary>
    /// <exception cref="UsageException">It is none, or too long.</exception>
    internal static TimeSpan Parse(string option, string text) => ParseOrZero(option, text) is { Ticks: > 0 } duration ? duration : throw Refuse(option, text);

    /// <summary>Reads a duration that may be zero.</summary>
    /// <exception cref="UsageException">It is none, or too long.</exception>
    internal static TimeSpan ParseOrZero(string option, string text) => TimeText.TryParse(text, out TimeSpan time) ? time : throw Refuse(option, text);

    private static UsageException Refuse(string option, string text) =>
        new($"{option} {text} is no duration: write a number with its unit, such as 500ms, 30s, 1m30s or 2h (at most 30 days)");
}
