using System.CommandLine;
using System.Security.Cryptography;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Planning;
using LoadTool.Cli.Scripting;
using LoadTool.Cli.Serve;
using LoadTool.Outputs;
using LoadTool.Outputs.Live;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool run</c>: compile, drive, measure, tell.</summary>
internal static class RunCommand
{
    internal static Command Create(string[] scriptArguments)
    {
        Argument<string> script = new("script") { Description = "The scenario script (.csx, or the .cs of a file-based app)." };
        Option<string?> config = new("--config") { Description = "Config file (.json, .yaml, .yml); loadtool.json, .yaml or .yml beside the script by default.", HelpName = "file" };
        Option<bool> dryRun = new("--dry-run") { Description = "Start nothing: print what would be started when, and what it needs of this machine." };
        Option<bool> debug = new("--debug") { Description = "Compile the script for a debugger: with symbols, not optimized, not from the cache." };
        Command command = new("run", "Run a scenario script and measure it. What follows -- is the script's own: Args.") { script, config, dryRun, debug };
        CommandLineLayer options = new(command);
        command.SetAction((parsed, _) => RunAsync(
            new RunRequest
            {
                Script = parsed.GetRequiredValue(script),
                ScriptArguments = scriptArguments,
                Seed = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
            },
            options.Read(parsed),
            parsed.GetValue(config),
            parsed.GetValue(dryRun),
            parsed.GetValue(debug)));
        return command;
    }

    private static async Task<int> RunAsync(RunRequest defaults, OptionLayer commandLine, string? configPath, bool isDry, bool isDebug)
    {
        List<string> notes = [];
        OptionLayer environment = EnvironmentLayer.Read(Environment.GetEnvironmentVariables(), notes.Add);
        ConfigFile? config = ConfigFile.Read(ConfigNamed(configPath), defaults.Script);
        CompiledScript script = ScenarioScript.Compile(defaults.Script, isDebug);
        ScriptOptions options = new(new PathDisplay(defaults.Script).Name);
        RunLayers layers = new(defaults, config, options.Layer, environment, commandLine);
        ScriptGlobals globals = new(defaults.ScriptArguments, () => layers.Request.Environment, options);
        JsonLinesOutput.KeepStandardOutputFor(layers.Request.Outputs);
        StartedScript started = await ScenarioScript.RunAsync(script, defaults.Script, globals);
        IReadOnlyList<Scenario> scenarios = started.Scenarios;
        options.Close();
        layers.Apply(scenarios, notes.Add);
        RunRequest request = layers.Request;
        JsonLinesOutput.KeepStandardOutputFor(request.Outputs);
        if (config is not null)
            notes.Insert(0, $"options from {config.Path}");
        if (!request.IsQuiet)
            notes.ForEach(Console.Error.WriteLine);
        Require(scenarios, script.Names, request.Script);
        RunPlan plan = new(scenarios, request.Seed, request.MaxDuration);
        if (isDry)
            PlanText.Print(plan, request, MachineLimits.Read(), Console.Out);
        DescriptorLimit.Require(plan.PeakUsers, ownsTarget: request.Target is null);
        if (!isDry)
            return await RunAsync(request, started, error => ScenarioScript.Describe(script, error));
        RunOutputs.Probe(request);
        return ExitCode.Ok;
    }

    private static OptionText? ConfigNamed(string? path)
    {
        if (path is not null)
            return new OptionText("--config", path);
        return Environment.GetEnvironmentVariable(EnvironmentLayer.ConfigVariable) is { Length: > 0 } named ? new OptionText(EnvironmentLayer.ConfigVariable, named) : null;
    }

    /// <exception cref="ScriptErrorException">The scenarios cannot be run as they are.</exception>
    private static void Require(IReadOnlyList<Scenario> scenarios, IReadOnlyList<KnownName> names, string script)
    {
        try
        {
            ScenarioCheck.Require(scenarios);

            // Quiet or not: what will fail the run is worth a line.
            foreach (string warning in NameCheck.Require(scenarios, names))
                Console.Error.WriteLine($"warning: {warning}");
        }
        catch (ScenarioMistakeException error)
        {
            // A scenario may stand in a file that the script loads.
            string file = Path.GetFileName(error.Place.File) == Path.GetFileName(script) ? script : Path.GetFileName(error.Place.File);
            throw new ScriptErrorException($"{file}({error.Place.Line}): error: {error.Message}");
        }
        catch (ArgumentException error)
        {
            throw new ScriptErrorException($"{script}: error: {error.Message}");
        }
    }

    private static async Task<int> RunAsync(RunRequest request, StartedScript script, Func<Exception, string> describe)
    {
        IReadOnlyList<Scenario> scenarios = script.Scenarios;
        using StopSignals signals = new();

        // Under way while the target server starts.
        Task rehearsal = RunRehearsal.OnceAsync(request.Engine);
        Task<ChildTarget>? starting = request.Target is null ? ChildTarget.StartAsync() : null;
        await Task.WhenAll(rehearsal, starting ?? Task.CompletedTask);
        await using ChildTarget? child = starting is null ? null : await starting;
        RunOptions options = request.Options(request.Target ?? child!.Uri);
        using RunOutputs outputs = RunOutputs.Create(request);
        try
        {
            if (!request.IsQuiet && scenarios.Max(scenario => scenario.WarmUp) is { } warmUp)
                Console.Error.WriteLine($"warming up for {warmUp.TotalSeconds:0.#} s");
            LoadRun run = new(request.Name, scenarios, options, outputs.All, TimeProvider.System, describe);
            outputs.Live?.Attach(new LiveButtons(signals.Stop, run.ScaleLoad));
            RunResult result = await run.RunAsync(signals.Stopping);
            Console.WriteLine($"results in {outputs.Folder}, seed {request.Seed}");
            return await script.EndAsync(result, RunVerdict.Tell(result, describe, request.RequiresTrust));
        }
        catch (ScenarioException error)
        {
            Console.Error.WriteLine($"error: {error.Place} of scenario \"{error.Scenario}\" failed: {describe(error.InnerException!)}");
            return ExitCode.Script;
        }
    }
}
