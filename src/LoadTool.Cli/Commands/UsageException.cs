namespace LoadTool.Cli.Commands;

/// <summary>A user's mistake. The message is one line: what is wrong, and what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);
