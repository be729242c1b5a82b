namespace LoadTool.Outputs.Terminal;

/// <summary>What a stream may be sent besides text.</summary>
/// <param name="Rewrites">Whether a line may be written over.</param>
/// <param name="HasColor">Whether colours and weights are understood and wanted.</param>
internal readonly record struct TerminalMode(bool Rewrites, bool HasColor)
{
    /// <summary>Decides by what is customary: <c>NO_COLOR</c> (no-color.org), <c>CI</c>, <c>TERM=dumb</c>.</summary>
    /// <param name="isRedirected">True when the stream is no terminal.</param>
    /// <param name="noColor">True when the user asked for no colour.</param>
    /// <param name="variable">Reads an environment variable.</param>
    internal static TerminalMode Detect(bool isRedirected, bool noColor, Func<string, string?> variable)
    {
        bool isTerminal = !isRedirected && variable("TERM") != "dumb";

        // The log of a CI job shows every rewritten line again, whatever it says its terminal is.
        bool isCi = variable("CI") is { Length: > 0 } ci && !ci.Equals("false", StringComparison.OrdinalIgnoreCase);
        return new TerminalMode(
            Rewrites: isTerminal && !isCi,
            HasColor: isTerminal && !noColor && string.IsNullOrEmpty(variable("NO_COLOR")));
    }
}
