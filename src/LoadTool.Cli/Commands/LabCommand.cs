using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Experiments;
using LoadTool.Analysis.Lab;
using LoadTool.Analysis.Statistics;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Experiments;
using LoadTool.Cli.Lab;
using LoadTool.Outputs;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool lab</c>: experiments of the tool's own.</summary>
internal static class LabCommand
{
    private const int MaxBlocks = 999;
    private const int MaxConnections = 1_000;

    /// <summary>Where each exchange takes 40 ms it takes so many for a p99, and for the processor's time, in blocks of a quarter of a second.</summary>
    private const int DefaultConnections = 16;

    private static readonly Argument<string?> Script = new("script") { Description = "A scenario in place of the lab's own ways of writing: runs of it take turns.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Target = Text("--target", "url", "The server: for the lab's own ways of writing a `loadtool serve`. Without it one is started on this machine.");
    private static readonly Option<string?> Via = Text("--via", "link", "Go through a network that delays and loses packets each way, such as delay=10ms,loss=0.1%,rate=100Mbit (Linux, root).");
    private static readonly Option<string?> Sizes = Text("--sizes", "numbers", "Sizes of messages in bytes; 32,1024,16384 by default.");
    private static readonly Option<string?> Writes = Text("--writes", "names", $"Ways of writing: {string.Join(',', Patterns.Keys)}; all by default.");
    private static readonly Option<int?> Connections = OptionValue.Number<int>("--connections", $"Connections, used by both variants in turn; {DefaultConnections} by default.");
    private static readonly Option<bool> Control = new("--control") { Description = "Leave Nagle's algorithm off in both variants: what differs then is chance." };
    private static readonly Option<string?> MinEffect = Text("--min-effect", "percent", "The size of a difference that matters; 5% by default.");
    private static readonly Option<int?> Blocks = OptionValue.Number<int>("--blocks", "Pairs of blocks, one block with and one without; 12 for each way of writing by default, 10 of a scenario.");
    private static readonly Option<string?> BlockLength = Text("--block-length", "time", "How long a block takes; 250ms by default, 500ms with --via, of a scenario as long as it says.");
    private static readonly Option<long?> Seed = OptionValue.Number<long>("--seed", "Seed of all chance; drawn, and printed, when not given.");
    private static readonly Option<string?> Results = Text("--results", "folder", "Folder for the runs of a scenario; results/<utc>_<name>-nagle by default.");
    private static readonly Option<bool> Force = new("--force") { Description = "Let runs of a scenario count that are not to be trusted, and say so." };

    private static Dictionary<string, WritePattern> Patterns => Enum.GetValues<WritePattern>().ToDictionary(LabJson.NameOf);

    internal static Command Create(string[] scriptArguments)
    {
        Command nagle = new("nagle", "Show what Nagle's algorithm costs and saves, for several ways of writing and answering.")
        {
            Script, Target, Via, Sizes, Writes, Connections, Control, MinEffect, Blocks, BlockLength, Seed, Results, Force,
        };
        foreach (Option option in DocumentFiles.Options)
            nagle.Add(option);
        nagle.SetAction((parsed, _) => NagleAsync(parsed, scriptArguments));
        return new Command("lab", "Experiments of the tool's own.") { nagle };
    }

    private static async Task<int> NagleAsync(ParseResult parsed, string[] scriptArguments)
    {
        LinkOptions? link = parsed.GetValue(Via) is { } via ? LinkOptions.Parse(via) : null;
        Uri? target = parsed.GetValue(Target) is { } url ? new OptionText(Target.Name, url).Target() : null;
        if (link is not null && target is not null)
            throw new UsageException("--via and --target exclude each other: the lab's network has a server of its own; leave one out");
        long seed = parsed.GetValue(Seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        DocumentFiles files = DocumentFiles.Of(parsed);
        using StopSignals signals = new();
        if (parsed.GetValue(Script) is { } script)
        {
            OptionValue.RequireAbsent(parsed, "is for the lab's own ways of writing: a scenario writes as it does; leave it out", Sizes, Writes, Connections, Control);
            return await ScenarioAsync(parsed, script, elsewhere => LabGround.StartAsync(link, target ?? elsewhere, seed), seed, files, scriptArguments, signals.Stopping);
        }

        OptionValue.RequireAbsent(parsed, "is for runs of a scenario: name one, or leave it out", Results, Force);
        LabSettings settings = SettingsOf(parsed, seed);
        await using LabGround ground = await LabGround.StartAsync(link, target, seed);
        return await CellsAsync(settings, ground, files, signals.Stopping);
    }

    private static async Task<int> CellsAsync(LabSettings settings, LabGround ground, DocumentFiles files, CancellationToken stop)
    {
        try
        {
            LabReport report = await new LabRun(settings, ground, Console.Error.WriteLine).RunAsync(stop);
            Console.Write(ConsoleText.Of(report.Document(hasDetails: false)));
            files.Write(report.Document(hasDetails: true), json => LabJson.Write(json, report.Settings, report.Results));
            return stop.IsCancellationRequested ? ExitCode.Stopped : report.Results.Any(result => result.Comparisons.Any(comparison => comparison.Verdict != Effect.NotEnoughSamples)) ? ExitCode.Ok : ExitCode.CannotTell;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Fail("stopped before the first cell was done: nothing is judged", ExitCode.Stopped);
        }
    }

    private static async Task<int> ScenarioAsync(
        ParseResult parsed, string script, Func<Uri?, Task<LabGround>> start, long seed, DocumentFiles files, string[] scriptArguments, CancellationToken stop)
    {
        ScriptPreview preview = await ScriptPreview.ReadAsync(script, scriptArguments, new OptionLayer());
        string folder = parsed.GetValue(Results) ?? ResultsFolder.For(TimeProvider.System.GetUtcNow(), $"{preview.Request.Name}-nagle");
        if (ExperimentFile.IsIn(folder))
            throw new UsageException($"--results {folder} holds an experiment: choose another folder, or judge it again with `loadtool compare {folder}`");
        string[] options = parsed.GetValue(BlockLength) is { } length ? ["--duration", new OptionText(BlockLength.Name, length).Filled()] : [];
        ExperimentPlan plan = ScenarioLab.Plan(script, Bounded(Blocks.Name, parsed.GetValue(Blocks) ?? CompareCommand.DefaultBlocks, MaxBlocks), seed, MinEffectOf(parsed));
        ExperimentRun.CreateFolder(folder);
        await using LabGround ground = await start(preview.Request.Target);
        ScenarioLab lab = new(plan, folder, ground);
        await lab.RunAsync(options, scriptArguments, Console.Error.WriteLine, stop);
        ExperimentRuns runs = await lab.JudgeAsync(parsed.GetValue(Force));
        Document document = lab.Tell(runs);
        Console.Write(ConsoleText.Of(document));
        files.Write(document, json => ExperimentJson.Write(json, runs.Results, plan.MinEffect, runs.Remarks));
        Console.WriteLine($"results in {folder}, seed {seed}");
        return stop.IsCancellationRequested ? ExitCode.Stopped : runs.Results.Any(result => result.TellsSomething) ? ExitCode.Ok : ExitCode.CannotTell;
    }

    private static LabSettings SettingsOf(ParseResult parsed, long seed)
    {
        string? via = parsed.GetValue(Via);
        return new LabSettings
        {
            Cells = CellsOf(parsed.GetValue(Sizes) ?? "32,1024,16384", parsed.GetValue(Writes)),
            Blocks = Bounded(Blocks.Name, parsed.GetValue(Blocks) ?? 12, MaxBlocks),
            BlockLength = DurationText.Parse(BlockLength.Name, parsed.GetValue(BlockLength) ?? (via is null ? "250ms" : "500ms")),
            Connections = Bounded(Connections.Name, parsed.GetValue(Connections) ?? DefaultConnections, MaxConnections),
            MinEffect = MinEffectOf(parsed),
            Seed = seed,
            Via = via,
            IsControl = parsed.GetValue(Control),
        };
    }

    private static IReadOnlyList<LabCell> CellsOf(string sizes, string? writes)
    {
        int[] bytes = [.. sizes.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
        if (!bytes.All(size => size is >= 1 and <= LabCell.MaxMessageBytes) || bytes.Distinct().Count() < bytes.Length)
            throw new UsageException($"{Sizes.Name} {sizes}: write different whole numbers from 1 to {LabCell.MaxMessageBytes} with commas between (a larger message takes more than one write)");
        string[] names = writes?.Split(',') ?? [.. Patterns.Keys];
        if (names.FirstOrDefault(name => !Patterns.ContainsKey(name)) is { } unknown)
            throw new UsageException($"{Writes.Name} {writes}: {unknown} is no way of writing; there are {string.Join(", ", Patterns.Keys)}{Nearest.Hint(unknown, Patterns.Keys)}");
        return [.. LabCell.Matrix(bytes).Where(cell => names.Contains(LabJson.NameOf(cell.Writes)))];
    }

    private static double MinEffectOf(ParseResult parsed) => GateOption.MinEffect(MinEffect.Name, parsed.GetValue(MinEffect) ?? "5%");

    private static int Bounded(string option, int value, int max) =>
        value >= 1 && value <= max ? value : throw new UsageException($"{option} {value}: write 1 to {max}");

    private static Option<string?> Text(string name, string help, string description) => new(name) { Description = description, HelpName = help };
}
