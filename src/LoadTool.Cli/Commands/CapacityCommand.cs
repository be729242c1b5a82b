using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LoadTool.Analysis.Capacity;
using LoadTool.Analysis.Documents;
using LoadTool.Cli.Capacity;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Scripting;
using LoadTool.Cli.Serve;
using LoadTool.Outputs;
using LoadTool.Outputs.Files;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool capacity</c>: how much a target carries before it breaks its objectives.</summary>
internal static class CapacityCommand
{
    /// <summary>Options of <c>run</c> that all runs of a search get.</summary>
    private static readonly string[] Passed = ["target", "insecure", "env", "tags", "engine", "loops"];

    /// <summary>Trials that a search needs at least; a smaller budget finds nothing.</summary>
    private const int LeastTrials = 6;

    internal static Command Create(string[] scriptArguments)
    {
        Argument<string> script = new("script") { Description = "The scenario script, with one scenario." };
        Option<string[]> slo = new("--slo") { Description = "What the load has to keep, such as \"echo: p(99) < 20ms\"; the script's thresholds by default. May be repeated.", HelpName = "condition", AllowMultipleArgumentsPerToken = false };
        Option<string?> by = new("--by") { Description = "What the load is: rate (iterations started per second), users, or connections (users that come one after another and stay). By default what the script's own load is.", HelpName = "kind" };
        Option<string?> from = new("--from") { Description = "The first load to try, 10 by default.", HelpName = "load" };
        Option<string?> limit = new("--limit") { Description = "The highest load to try.", HelpName = "load" };
        Option<string?> expect = new("--expect") { Description = "The load that has to be carried, such as 5000/s: tells the headroom, or what it takes.", HelpName = "load" };
        Option<string> stepTime = new("--step-time") { Description = "How long each load is held: at least, and at most while it is not decided.", HelpName = "time..time", DefaultValueFactory = _ => "5s..60s" };
        Option<string> rest = new("--rest") { Description = "Time without load between two.", HelpName = "time", DefaultValueFactory = _ => "2s" };
        Option<string> budget = new("--budget") { Description = "Time for all of it.", HelpName = "time", DefaultValueFactory = _ => "10m" };
        Option<long?> seed = OptionValue.Number<long>("--seed", "Seed of the first run; the others count on from it.");
        Option<string?> results = new("--results") { Description = "Folder for all runs; results/<utc>_<name>-capacity by default.", HelpName = "folder" };
        Option<string?> page = OutputFile("--page", "The report as a page");
        Option<string?> markdown = OutputFile("--markdown", "The report as Markdown");
        Option<string?> json = OutputFile("--json", "The report as JSON");
        Command command = new("capacity", "Find the highest load that a target carries without breaking its objectives, and what gives way first.")
        {
            script, slo, by, from, limit, expect, stepTime, rest, budget, seed, results, page, markdown, json,
        };
        CommandLineLayer passed = new(command, [.. Passed.Select(key => RunOptionTable.Find(key)!)]);
        command.SetAction(async (parsed, _) =>
        {
            string path = parsed.GetRequiredValue(script);
            (Scenario scenario, RunRequest run, IReadOnlyList<KnownName> names) = await ReadAsync(path, scriptArguments, passed.Read(parsed));
            LoadKind kind = KindOf(parsed.GetValue(by), scenario);
            SearchPlan plan = PlanOf(kind, parsed.GetValue(from), parsed.GetValue(limit), parsed.GetValue(stepTime)!, parsed.GetValue(rest)!, parsed.GetValue(budget)!);
            CapacityRequest request = new()
            {
                Script = path,
                ScriptArguments = scriptArguments,
                RunOptions = [.. passed.Again(parsed)],
                Objectives = ObjectivesOf(parsed.GetValue(slo) ?? [], scenario, names),
                Plan = plan,
                Rest = DurationText.ParseOrZero("--rest", parsed.GetValue(rest)!),
                Folder = parsed.GetValue(results) ?? ResultsFolder.For(TimeProvider.System.GetUtcNow(), $"{run.Name}-capacity"),
                Seed = parsed.GetValue(seed) ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
                Target = run.Target,
                Expected = parsed.GetValue(expect) is { } expected ? LoadOf("--expect", expected, kind) : null,
                Page = parsed.GetValue(page),
                Markdown = parsed.GetValue(markdown),
                Json = parsed.GetValue(json),
            };
            return await SearchAsync(request);
        });
        return command;
    }

    private static Option<string?> OutputFile(string name, string what) => new(name) { Description = $"{what}.", HelpName = "file" };

    /// <summary>The one scenario of the script with all that options say of it, so that what cannot be run is told before anything is.</summary>
    private static async Task<(Scenario Scenario, RunRequest Run, IReadOnlyList<KnownName> Names)> ReadAsync(string path, string[] arguments, OptionLayer commandLine)
    {
        RunRequest defaults = new() { Script = path, ScriptArguments = arguments };
        OptionLayer environment = EnvironmentLayer.Read(Environment.GetEnvironmentVariables(), _ => { });
        CompiledScript script = ScenarioScript.Compile(path);
        ScriptOptions options = new(new PathDisplay(path).Name);
        RunLayers layers = new(defaults, ConfigFile.Read(null, path), options.Layer, environment, commandLine);
        StartedScript started = await ScenarioScript.RunAsync(script, path, new ScriptGlobals(arguments, () => layers.Request.Environment, options));
        options.Close();
        Scenario scenario = LoadOverride.Only(started.Scenarios, "capacity");
        layers.Apply(started.Scenarios, _ => { });
        RunRequest run = layers.Request;
        return run is { Iterations: null, MaxDuration: null }
            ? (scenario, run, script.Names)
            : throw new UsageException("capacity decides itself how long a load is held: leave out iterations and max-duration");
    }

    private static LoadKind KindOf(string? by, Scenario scenario) => by switch
    {
        "rate" => LoadKind.Rate,
        "users" => LoadKind.Users,
        "connections" => LoadKind.Connections,
        null => scenario.Simulations.Any(simulation => simulation is Inject or RampingInject or InjectRandom or InjectPoisson or IterationsForInject) ? LoadKind.Rate : LoadKind.Users,
        _ => throw new UsageException($"--by {by} is no kind of load: write rate, users or connections"),
    };

    private static Objective[] ObjectivesOf(string[] given, Scenario scenario, IReadOnlyList<KnownName> names)
    {
        if (given.Length > 0)
            scenario.ReplaceThresholds([.. given.Select(text => new OptionText("--slo", text).Threshold())]);
        string[] texts = [.. scenario.Thresholds.Where(threshold => threshold.Condition is not null).Select(threshold => threshold.Text)];
        if (texts.Length == 0)
            throw new UsageException("capacity needs an objective: write one such as --slo \"echo: p(99) < 20ms\", or give the scenario thresholds");
        try
        {
            foreach (string warning in NameCheck.Require([scenario], names))
                Console.Error.WriteLine($"warning: {warning}");
            return [.. texts.Select(Objective.Parse)];
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static SearchPlan PlanOf(LoadKind kind, string? from, string? limit, string stepTime, string rest, string budget)
    {
        (TimeSpan least, TimeSpan longest) = StepTimeOf(stepTime);
        TimeSpan all = DurationText.Parse("--budget", budget), one = TrialWatch.Settling + least + DurationText.ParseOrZero("--rest", rest);
        if (all < LeastTrials * one)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--budget {budget} is too small: one load alone takes {one.TotalSeconds:0.#} s with its rest; give it {Math.Ceiling(LeastTrials * one.TotalSeconds):0}s or more"));
        double first = from is null ? 10 : LoadOf("--from", from, kind);
        double? most = limit is null ? null : LoadOf("--limit", limit, kind);
        return most < first
            ? throw new UsageException($"--limit {limit} is below the first load: give --from a lower one")
            : new SearchPlan(kind, first, least, longest, all) { Most = most };
    }

    private static (TimeSpan Least, TimeSpan Longest) StepTimeOf(string text)
    {
        string[] ends = text.Split("..");
        TimeSpan least = DurationText.Parse("--step-time", ends[0]), longest = DurationText.Parse("--step-time", ends[^1]);
        return ends.Length <= 2 && least <= longest && least >= TimeSpan.FromSeconds(1)
            ? (least, longest)
            : throw new UsageException($"--step-time {text} is none: write the least and the longest time, such as 5s..60s; a second at least");
    }

    /// <summary>A rate as <c>run</c> takes it, or a whole number.</summary>
    private static double LoadOf(string option, string text, LoadKind kind)
    {
        OptionText given = new(option, text);
        return kind == LoadKind.Rate && given.Rate() is var (rate, interval) ? rate / interval.TotalSeconds : given.AtLeastOne<int>();
    }

    private static async Task<int> SearchAsync(CapacityRequest request)
    {
        using StopSignals signals = new();
        await using ChildTarget? child = request.Target is null ? await ChildTarget.StartAsync() : null;
        RunProbe probe = new(request, request.Target ?? child!.Uri, TimeProvider.System);
        try
        {
            SearchResult found = await new CapacitySearch(probe, request.Plan, trial => Console.Error.WriteLine(LoadWords.Of(request.Plan.Kind, trial))).RunAsync(signals.Stopping);
            return Tell(request, new CapacityReport(request.Plan, found, request.Expected));
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            Console.Error.WriteLine($"stopped; the runs so far are in {request.Folder}");
            return ExitCode.Stopped;
        }
        catch (IOException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static int Tell(CapacityRequest request, CapacityReport report)
    {
        Document document = CapacityDocument.Of(report, Path.GetFileNameWithoutExtension(request.Script));
        Console.Write(ConsoleText.Of(document));
        Console.WriteLine($"results in {request.Folder}, seed {request.Seed}");
        Save(Path.Combine(request.Folder, "capacity.html"), HtmlPage.Of(document));
        Save(request.Page, HtmlPage.Of(document));
        Save(request.Markdown, MarkdownText.Of(document));
        string json = Encoding.UTF8.GetString(JsonFile.Bytes(writer => new CapacityJson(writer).Write(report)));
        Save(Path.Combine(request.Folder, "capacity.json"), json);
        Save(request.Json, json);
        return report.Outcome switch
        {
            CapacityOutcome.Found or CapacityOutcome.AtLeast => ExitCode.Ok,
            CapacityOutcome.NotHeld => ExitCode.ThresholdCrossed,
            CapacityOutcome.GeneratorLimited => ExitCode.Unusable,
            _ => ExitCode.CannotTell,
        };
    }

    /// <exception cref="UsageException">It cannot be written.</exception>
    private static void Save(string? path, string text)
    {
        if (path is null)
            return;
        try
        {
            WholeFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write {path}: {error.Message}");
        }
    }
}
