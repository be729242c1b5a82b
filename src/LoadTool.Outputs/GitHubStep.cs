using System.Text;

namespace LoadTool.Outputs;

/// <summary>The step of a GitHub workflow that runs this process: its summary, and annotations.</summary>
internal sealed class GitHubStep
{
    /// <summary>What GitHub takes for one step, all writes to its file together.</summary>
    internal const int MaxSummaryBytes = 1024 * 1024;

    private readonly string? _summaryFile;
    private readonly TextWriter _commands;

    /// <param name="summaryFile">The file that the step's summary is gathered in; null for none.</param>
    /// <param name="commands">Where annotations go: the runner reads them from both standard streams.</param>
    internal GitHubStep(string? summaryFile, TextWriter commands) => (_summaryFile, _commands) = (summaryFile, commands);

    /// <summary>The step where a workflow runs this process; null elsewhere.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="commands">As for the constructor.</param>
    internal static GitHubStep? Detect(Func<string, string?> variable, TextWriter commands) =>
        variable("GITHUB_ACTIONS") == "true" ? new GitHubStep(variable("GITHUB_STEP_SUMMARY") is { Length: > 0 } file ? file : null, commands) : null;

    /// <summary>Adds to the step's summary the first of some texts that there is room for.</summary>
    /// <param name="texts">Markdown, the longest first.</param>
    /// <exception cref="IOException">None could be appended.</exception>
    internal void Summarize(params IEnumerable<string> texts)
    {
        if (_summaryFile is null)
            return;
        long room = MaxSummaryBytes - (File.Exists(_summaryFile) ? new FileInfo(_summaryFile).Length : 0);
        byte[] text = texts.Select(text => Encoding.UTF8.GetBytes(text + "\n")).FirstOrDefault(text => text.Length <= room)
            ?? throw new IOException($"the step's summary has no room left for this run: GitHub takes {MaxSummaryBytes / 1024} KB");
        using FileStream file = new(_summaryFile, FileMode.Append, FileAccess.Write);
        file.Write(text);
    }

    /// <summary>Shows a line with the workflow's run.</summary>
    /// <param name="level"><c>error</c>, <c>warning</c> or <c>notice</c>.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="message">What there is to say.</param>
    internal void Annotate(string level, string title, string message) =>
        _commands.WriteLine($"::{level} title={Escape(title).Replace(":", "%3A").Replace(",", "%2C")}::{Escape(VisibleText.OneLine(message, 1000))}");

    private static string Escape(string text) => text.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");
}
