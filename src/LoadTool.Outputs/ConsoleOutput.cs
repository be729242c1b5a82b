using LoadTool.Outputs.Terminal;
using Spectre.Console;

namespace LoadTool.Outputs;

/// <summary>
/// Shows a run to whoever started it: a few lines written over each interval on one stream while it lasts, a summary of one screen on another at its end. By
/// default the former goes to standard error and the summary to standard output, so that a redirected summary holds nothing else. What is no terminal gets a plain
/// line per interval.
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
    private readonly FailureCount _failures = new();
    private RunInfo? _run;
    private LiveView? _view;

    /// <summary>Lines that are to be written over.</summary>
    private int _shown;

    /// <param name="summary">Where the summary goes.</param>
    /// <param name="progress">Where the lines of a run go; they are written over when it is interactive and understands ANSI codes.</param>
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

    /// <summary>An output that does all the work of one on a terminal, and shows nothing.</summary>
    internal static ConsoleOutput Unseen()
    {
        IAnsiConsole nowhere = Open(TextWriter.Null, new TerminalMode(Rewrites: true, HasColor: true));
        return new ConsoleOutput(nowhere, nowhere);
    }

    /// <inheritdoc/>
    public void Start(RunInfo run) => (_run, _view) = (run, new LiveView(run, _failures));

    /// <inheritdoc/>
    public void Write(Snapshot snapshot)
    {
        _failures.Add(snapshot);
        if (_isQuiet)
            return;
        Erase();
        foreach (LogLine line in snapshot.Log)
            ShowLog(line);
        if (_rewrites)
            Show(snapshot);
        else
            _progress.Write(new StyledLine().Plain(LiveLine.Full(_run!, snapshot, _failures)).End());
    }

    /// <inheritdoc/>
    public void Finish(RunResult result)
    {
        Erase();
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

    /// <summary>As many lines as the terminal has room for; one when it has little.</summary>
    private void Show(Snapshot snapshot)
    {
        // One column short: at the last one a terminal may go on to the next line by itself.
        int width = _progress.Profile.Width - 1;
        IReadOnlyList<StyledLine> lines = width >= LiveView.LeastWidth && _progress.Profile.Height >= LiveView.LeastHeight
            ? _view!.Lines(snapshot, width)
            : [new StyledLine().Plain(LiveLine.Fitting(_run!, snapshot, _failures.Total, width))];
        foreach ((int index, StyledLine line) in lines.Index())
            _progress.Write(index < lines.Count - 1 ? line.End() : line);
        _shown = lines.Count;
    }

    private void Erase()
    {
        if (_shown > 0)
            _progress.Write(new StyledLine().Erase(_shown));
        _shown = 0;
    }

    /// <summary>Above the live view. Further lines of one entry are indented, so that none of them can pass for an entry.</summary>
    private void ShowLog(LogLine entry)
    {
        // What an init logged was logged before the start.
        TimeSpan sinceStart = entry.At > _run!.StartedAt ? entry.At - _run.StartedAt : TimeSpan.Zero;
        string prefix = $"{Units.Clock(sinceStart)}  ";
        StyledLine shown = new();
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
