using LoadTool.Outputs.Terminal;
using Spectre.Console;

namespace LoadTool.Outputs;

/// <summary>
/// Shows a run to whoever started it: a line per interval on one stream while it lasts, a summary of one screen on another at its end. By
/// default the line goes to standard error and the summary to standard output, so that a redirected summary holds nothing else.
/// </summary>
/// <remarks>
/// Quiet shows nothing while the run lasts, and of the summary what a script's caller must know: how the run went, its failures by cause,
/// and what could not be cleaned up or written. Text of scripts and servers is shown, never interpreted.
/// </remarks>
public sealed class ConsoleOutput : IOutput
{
    private const int MaxLogLineLength = 500;

    /// <summary>Lines shown of one log entry: an exception with all its causes is shorter, a server's page may not be.</summary>
    private const int MaxLogLines = 100;

    private readonly IAnsiConsole _summary;
    private readonly IAnsiConsole _progress;
    private readonly bool _isQuiet;
    private readonly bool _rewrites;
    private readonly Dictionary<string, (long Steps, long Iterations)> _failures = [];
    private RunInfo? _run;

    /// <param name="summary">Where the summary goes.</param>
    /// <param name="progress">Where the lines of a run go; one line is rewritten in place when it is interactive and understands ANSI codes.</param>
    /// <param name="quiet">Whether to show only the essentials.</param>
    public ConsoleOutput(IAnsiConsole summary, IAnsiConsole progress, bool quiet = false)
    {
        (_summary, _progress, _isQuiet) = (summary, progress, quiet);
        _rewrites = progress.Profile.Capabilities is { Interactive: true, Ansi: true };
    }

    /// <inheritdoc/>
    public string Name => "console";

    /// <summary>
    /// An output on this process's own streams. Colours and rewriting need a terminal that is not <c>TERM=dumb</c>; <c>NO_COLOR</c> turns colours off, <c>CI</c> rewriting.
    /// </summary>
    /// <param name="quiet">Whether to show only the essentials.</param>
    /// <param name="noColor">Whether to do without colours on a terminal too.</param>
    /// <returns>The output.</returns>
    public static ConsoleOutput OnStandardStreams(bool quiet = false, bool noColor = false) => new(
        Open(Console.Out, TerminalMode.Detect(Console.IsOutputRedirected, noColor, Environment.GetEnvironmentVariable)),
        Open(Console.Error, TerminalMode.Detect(Console.IsErrorRedirected, noColor, Environment.GetEnvironmentVariable)),
        quiet);

    /// <inheritdoc/>
    public void Start(RunInfo run) => _run = run;

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        CountFailures(snapshot);
        if (_isQuiet)
            return;
        foreach (LogLine line in snapshot.Log)
            ShowLog(line);
        if (_rewrites)
            _progress.Write(new StyledLine().Erase().Plain(LiveLine.Fitting(_run!, snapshot, Failures, _progress.Profile.Width - 1)));
        else
            _progress.Write(new StyledLine().Plain(LiveLine.Full(_run!, snapshot, Failures)).End());
    }

    /// <inheritdoc/>
    public void Finish(RunResult result)
    {
        if (_rewrites && !_isQuiet)
            _progress.Write(new StyledLine().Erase());
        RunSummary summary = new(result);
        foreach (StyledLine line in _isQuiet ? summary.Essentials() : summary.All())
            _summary.Write(line);
    }

    /// <summary>A console that takes what the mode allows, and no more of it than that.</summary>
    internal static IAnsiConsole Open(TextWriter writer, TerminalMode mode) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        // Without ANSI codes the library would set colours through the process's own console, whichever stream this is.
        Ansi = mode.Rewrites || mode.HasColor ? AnsiSupport.Detect : AnsiSupport.Yes,
        ColorSystem = mode.HasColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = mode.Rewrites ? InteractionSupport.Yes : InteractionSupport.No,
        Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        Out = new AnsiConsoleOutput(writer),
    });

    /// <summary>
    /// Failures so far. A failed step fails its iteration as well, and an iteration fails without one too; an interval does not tell which,
    /// so each scenario counts whichever is more.
    /// </summary>
    private long Failures => _failures.Values.Sum(failures => Math.Max(failures.Steps, failures.Iterations));

    private void CountFailures(Snapshot snapshot)
    {
        foreach (StepFigures step in snapshot.Steps)
            _failures[step.Scenario] = FailuresOf(step) with { Steps = FailuresOf(step).Steps + step.FailCount };
        foreach (StepFigures iteration in snapshot.Iterations)
            _failures[iteration.Scenario] = FailuresOf(iteration) with { Iterations = FailuresOf(iteration).Iterations + iteration.FailCount };
    }

    private (long Steps, long Iterations) FailuresOf(StepFigures figures) => _failures.GetValueOrDefault(figures.Scenario);

    /// <summary>Above the live line. Further lines of one entry are indented, so that none of them can pass for an entry.</summary>
    private void ShowLog(LogLine entry)
    {
        // What an init logged was logged before the start.
        TimeSpan sinceStart = entry.At > _run!.StartedAt ? entry.At - _run.StartedAt : TimeSpan.Zero;
        string prefix = $"{Units.Clock(sinceStart)}  ";
        StyledLine shown = new();
        if (_rewrites)
            shown.Erase();
        string[] lines = entry.Text.ReplaceLineEndings("\n").Split('\n');
        foreach (string line in lines.Take(MaxLogLines))
        {
            shown.Dim(prefix).Plain(VisibleText.OneLine(line, MaxLogLineLength)).End();
            prefix = new string(' ', prefix.Length);
        }

        if (lines.Length > MaxLogLines)
            shown.Dim($"{prefix}({lines.Length - MaxLogLines} further lines)").End();
        _progress.Write(shown);
    }
}
