using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using LoadTool.Analysis.Capacity;
using LoadTool.Cli.Commands;
using LoadTool.Cli.Configuration;
using LoadTool.Outputs;

namespace LoadTool.Cli.Capacity;

/// <summary>The options of <c>loadtool capacity</c>, and what they ask for.</summary>
internal static class CapacityOptions
{
    /// <summary>Trials that a search needs at least; a smaller budget finds nothing.</summary>
    private const int LeastTrials = 6;

    private const double DefaultFrom = 10;

    /// <summary>Options of <c>run</c> that all runs of a search get.</summary>
    private static readonly string[] Passed = ["target", "insecure", "sockets", "env", "tags", "engine", "loops"];

    private static readonly Argument<string> Script = new("script") { Description = "The scenario script, with one scenario." };
    private static readonly Option<string[]> Slo = new("--slo") { Description = "What the load has to keep, such as \"echo: p(99) < 20ms\"; the script's thresholds by default. May be repeated.", HelpName = "condition", AllowMultipleArgumentsPerToken = false };
    private static readonly Option<string?> By = new("--by") { Description = "What the load is: rate (iterations started per second), users, or connections (users that come one after another and stay). By default what the script's own load is.", HelpName = "kind" };
    private static readonly Option<string?> From = new("--from") { Description = $"The first load to try, {DefaultFrom} by default.", HelpName = "load" };
    private static readonly Option<string?> Limit = new("--limit") { Description = "The highest load to try.", HelpName = "load" };
    private static readonly Option<string?> Expect = new("--expect") { Description = "The load that has to be carried, such as 5000/s: tells the headroom, or what it takes.", HelpName = "load" };
    private static readonly Option<string> StepTime = new("--step-time") { Description = "How long each load is held: at least, and at most while it is not decided.", HelpName = "time..time", DefaultValueFactory = _ => "5s..60s" };
    private static readonly Option<string> Rest = new("--rest") { Description = "Time without load between two.", HelpName = "time", DefaultValueFactory = _ => "2s" };
    private static readonly Option<string> Budget = new("--budget") { Description = "Time for all of it.", HelpName = "time", DefaultValueFactory = _ => "10m" };
    private static readonly Option<long?> Seed = OptionValue.Number<long>("--seed", "Seed of the first run; the others count on from it. Drawn, and printed, when not given.");
    private static readonly Option<string?> Results = new("--results") { Description = "Folder for all runs; results/<utc>_<name>-capacity by default.", HelpName = "folder" };

    /// <summary>Gives a command its options.</summary>
    /// <returns>Those of them that every run gets.</returns>
    internal static CommandLineLayer AddTo(Command command)
    {
        command.Add(Script);
        foreach (Option option in (Option[])[Slo, By, From, Limit, Expect, StepTime, Rest, Budget, Seed, Results, .. DocumentFiles.Options])
            command.Add(option);
        return new CommandLineLayer(command, [.. Passed.Select(key => RunOptionTable.Find(key)!)]);
    }

    /// <summary>Reads what was given, and the script with it.</summary>
    /// <exception cref="UsageException">Something of it cannot be: told before any load.</exception>
    internal static async Task<CapacityRequest> ReadAsync(ParseResult parsed, CommandLineLayer passed, string[] scriptArguments)
    {
        string script = parsed.GetRequiredValue(Script);
        DocumentFiles files = DocumentFiles.Of(parsed);
        ScriptPreview preview = await ScriptPreview.ReadAsync(script, scriptArguments, passed.Read(parsed));
        Scenario scenario = LoadOverride.Only(preview.Scenarios, "capacity");
        if (preview.Request is not { Iterations: null, MaxDuration: null })
            throw new UsageException("capacity decides itself how long a load is held: leave out iterations and max-duration");
        LoadKind kind = KindOf(parsed.GetValue(By), scenario);
        SearchPlan plan = PlanOf(parsed, kind);
        string folder = parsed.GetValue(Results) ?? ResultsFolder.For(TimeProvider.System.GetUtcNow(), $"{preview.Request.Name}-capacity");
        return new CapacityRequest
        {
            Script = script,
            ScriptArguments = scriptArguments,
            RunOptions = [.. passed.Again(parsed)],
            Objectives = ObjectivesOf(parsed.GetValue(Slo) ?? [], scenario, preview),
            Plan = plan,
            Rest = DurationText.ParseOrZero(Rest.Name, parsed.GetValue(Rest)!),
            Folder = folder,
            Seed = parsed.GetValue(Seed) ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
            Target = preview.Request.Target,
            Expected = parsed.GetValue(Expect) is { } expected ? LoadOf(Expect, expected, kind) : null,
            Files = files.OrIn(folder, "capacity"),
        };
    }

    private static LoadKind KindOf(string? by, Scenario scenario) => by switch
    {
        "rate" => LoadKind.Rate,
        "users" => LoadKind.Users,
        "connections" => LoadKind.Connections,
        null => scenario.Simulations.Any(simulation => simulation is Inject or RampingInject or InjectRandom or InjectPoisson or IterationsForInject) ? LoadKind.Rate : LoadKind.Users,
        _ => throw new UsageException($"--by {by} is no kind of load: write rate, users or connections"),
    };

    private static Objective[] ObjectivesOf(string[] given, Scenario scenario, ScriptPreview preview)
    {
        if (given.Length > 0)
            scenario.ReplaceThresholds([.. given.Select(text => new OptionText(Slo.Name, text).Threshold())]);
        string[] texts = [.. scenario.Thresholds.Where(threshold => threshold.Condition is not null).Select(threshold => threshold.Text)];
        if (texts.Length == 0)
            throw new UsageException("capacity needs an objective: write one such as --slo \"echo: p(99) < 20ms\", or give the scenario thresholds");
        try
        {
            foreach (string warning in NameCheck.Require([scenario], preview.Names))
                Console.Error.WriteLine($"warning: {warning}");
            return [.. texts.Select(Objective.Parse)];
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static SearchPlan PlanOf(ParseResult parsed, LoadKind kind)
    {
        (TimeSpan least, TimeSpan longest) = StepTimeOf(parsed.GetValue(StepTime)!);
        string budget = parsed.GetValue(Budget)!;
        TimeSpan all = DurationText.Parse(Budget.Name, budget), one = TrialWatch.Settling + least + DurationText.ParseOrZero(Rest.Name, parsed.GetValue(Rest)!);
        if (all < LeastTrials * one)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--budget {budget} is too small: one load alone takes {one.TotalSeconds:0.#} s with its rest; give it {Math.Ceiling(LeastTrials * one.TotalSeconds):0}s or more"));
        }

        double from = parsed.GetValue(From) is { } first ? LoadOf(From, first, kind) : DefaultFrom;
        double? most = parsed.GetValue(Limit) is { } limit ? LoadOf(Limit, limit, kind) : null;
        return most < from
            ? throw new UsageException($"--limit {parsed.GetValue(Limit)} is below the first load: give --from a lower one")
            : new SearchPlan(kind, from, least, longest, all) { Most = most };
    }

    private static (TimeSpan Least, TimeSpan Longest) StepTimeOf(string text)
    {
        string[] ends = text.Split("..");
        TimeSpan least = DurationText.Parse(StepTime.Name, ends[0]), longest = DurationText.Parse(StepTime.Name, ends[^1]);
        return ends.Length <= 2 && least <= longest && least >= TimeSpan.FromSeconds(1) && longest >= TimeSpan.FromSeconds(2)
            ? (least, longest)
            : throw new UsageException($"--step-time {text} is none: write the least and the longest time, such as 5s..60s; a second at least, and at most two or more: one alone says nothing of what seconds scatter by");
    }

    /// <summary>A rate as <c>run</c> takes it, or a whole number.</summary>
    private static double LoadOf(Option option, string text, LoadKind kind)
    {
        OptionText given = new(option.Name, text);
        return kind == LoadKind.Rate && given.Rate() is var (rate, interval) ? rate / interval.TotalSeconds : given.AtLeastOne<int>();
    }
}
