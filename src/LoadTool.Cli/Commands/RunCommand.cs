using System.CommandLine;
using LoadTool.Cli.Scripting;
using LoadTool.Cli.Serve;
using LoadTool.Sockets;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool run</c>: compile, drive, measure, tell.</summary>
internal static class RunCommand
{
    internal static Command Create(string[] scriptArguments)
    {
        Argument<string> script = new("script") { Description = "The scenario script (.csx)." };
        Option<int?> vus = OptionValue.Number<int>("--vus", "Virtual users side by side, in place of the script's own load.");
        Option<string?> duration = new("--duration") { Description = "How long the load lasts, such as 30s or 1m30s.", HelpName = "time" };
        Option<string?> rate = new("--rate") { Description = "Iterations started per second, in place of the script's own load, such as 300, 0.5 or 90/m.", HelpName = "rate" };
        Option<long?> iterations = OptionValue.Number<long>("--iterations", "End when this many iterations have run, or with the load's duration if that comes first.");
        Option<string?> target = new("--target") { Description = "The server under load, ws://host:port/path or wss://. Without it a server is started on this machine.", HelpName = "url" };
        Option<bool> insecure = new("--insecure") { Description = "Accept any server certificate (wss): self-made, expired, or for another name." };
        Option<string[]> env = new("--env") { Description = "A value that the script reads as Env[\"NAME\"]; may be repeated.", AllowMultipleArgumentsPerToken = false, HelpName = "NAME=VALUE" };
        Option<long?> seed = OptionValue.Number<long>("--seed", "Seed of all chance in the run; printed when not given.");
        Option<EngineKind?> engine = OptionValue.Engine();
        Option<int?> loops = OptionValue.Number<int>("--loops", "Event loops, one thread each; one less than there are cores by default.");
        Option<string?> gracefulStop = new("--graceful-stop") { Description = "How long iterations may go on after the load has ended, before their sockets are cut; 30s by default.", HelpName = "time" };
        Option<string?> results = new("--results") { Description = "Folder for the results; results/<utc>_<name> by default.", HelpName = "folder" };
        Option<bool> requireTrusted = new("--require-trusted") { Description = "End with 91 when the run calls its own generator invalid; a degraded one passes." };
        Option<bool> quiet = new("--quiet") { Description = "Print the summary only." };
        Option<bool> noColor = new("--no-color") { Description = "Print without colours." };
        Command command = new("run", "Run a scenario script and measure it. What follows -- is the script's own: Args.")
        {
            script, vus, duration, rate, iterations, target, insecure, env, seed, engine, loops, gracefulStop, results, requireTrusted, quiet, noColor,
        };
        command.SetAction((parsed, _) => RunAsync(new RunRequest
        {
            Script = parsed.GetRequiredValue(script),
            ScriptArguments = scriptArguments,
            VirtualUsers = AtLeastOne("--vus", parsed.GetValue(vus)),
            Duration = parsed.GetValue(duration) is { } text ? DurationText.Parse("--duration", text) : null,
            Rate = parsed.GetValue(rate) is { } arrivals ? RateText.Parse(arrivals) : null,
            Iterations = AtLeastOne("--iterations", parsed.GetValue(iterations)),
            Target = parsed.GetValue(target) is { } uri ? TargetOf(uri) : null,
            AcceptsAnyServerCertificate = parsed.GetValue(insecure),
            Environment = EnvironmentOf(parsed.GetValue(env) ?? []),
            Seed = parsed.GetValue(seed) ?? BitConverter.ToUInt32(System.Security.Cryptography.RandomNumberGenerator.GetBytes(sizeof(uint))),
            Engine = parsed.GetValue(engine) ?? EventLoop.DefaultEngine,
            Loops = LoopsOf(parsed.GetValue(loops)) ?? Math.Max(1, Environment.ProcessorCount - 1),
            GracefulStop = parsed.GetValue(gracefulStop) is { } stop ? DurationText.ParseOrZero("--graceful-stop", stop) : TimeSpan.FromSeconds(30),
            Results = parsed.GetValue(results),
            RequiresTrust = parsed.GetValue(requireTrusted),
            IsQuiet = parsed.GetValue(quiet),
            HasNoColor = parsed.GetValue(noColor),
        }));
        return command;
    }

    private static async Task<int> RunAsync(RunRequest request)
    {
        CompiledScript script = ScenarioScript.Compile(request.Script);
        IReadOnlyList<Scenario> scenarios = await ScenarioScript.RunAsync(script, request.Script, new ScriptGlobals(request.ScriptArguments, request.Environment));
        LoadOverride.Apply(scenarios, request);
        DescriptorLimit.Require(scenarios, ownsTarget: request.Target is null);
        using StopSignals signals = new();

        // Under way while the target server starts.
        _ = EngineWarmUp.OnceAsync(request.Engine, TimeProvider.System);
        await using ChildTarget? child = request.Target is null ? await ChildTarget.StartAsync() : null;
        RunOptions options = request.Options(request.Target ?? child!.Uri);
        using RunOutputs outputs = RunOutputs.Create(request);
        try
        {
            if (!request.IsQuiet && scenarios.Max(scenario => scenario.WarmUp) is { } warmUp)
                Console.Error.WriteLine($"warming up for {warmUp.TotalSeconds:0.#} s");
            LoadRun run = new(request.Name, scenarios, options, outputs.All, TimeProvider.System, error => ScenarioScript.Describe(script, error));
            RunResult result = await run.RunAsync(signals.Stopping);
            Console.WriteLine($"results in {outputs.Folder}, seed {request.Seed}");
            return RunVerdict.Tell(result, error => ScenarioScript.Describe(script, error), request.RequiresTrust);
        }
        catch (ScenarioException error)
        {
            Console.Error.WriteLine($"error: {error.Place} of scenario \"{error.Scenario}\" failed: {ScenarioScript.Describe(script, error.InnerException!)}");
            return ExitCode.Script;
        }
        catch (ScenarioMistakeException error)
        {
            // A scenario may stand in a file that the script loads.
            string file = Path.GetFileName(error.Place.File) == Path.GetFileName(request.Script) ? request.Script : Path.GetFileName(error.Place.File);
            throw new ScriptErrorException($"{file}({error.Place.Line}): error: {error.Message}");
        }
        catch (ArgumentException error)
        {
            throw new ScriptErrorException($"{request.Script}: error: {error.Message}");
        }
    }

    private static T? AtLeastOne<T>(string option, T? value)
        where T : struct, System.Numerics.INumber<T> =>
        value < T.One ? throw new UsageException($"{option} {value} makes no load: write 1 or more") : value;

    /// <summary>Loops beyond the cores only take turns; a few more than cores are useful to see that.</summary>
    private static int? LoopsOf(int? loops)
    {
        int most = 4 * Environment.ProcessorCount;
        return AtLeastOne("--loops", loops) <= most || loops is null
            ? loops
            : throw new UsageException($"--loops {loops} is too many for the {Environment.ProcessorCount} cores of this machine: write at most {most}");
    }

    private static Uri TargetOf(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            throw new UsageException($"--target {text} is no WebSocket URL: write one such as ws://127.0.0.1:9001/echo");
        return uri.Scheme switch
        {
            "ws" or "wss" => uri,
            _ => throw new UsageException($"--target {text} is no WebSocket URL: it begins with {uri.Scheme}://, where ws:// or wss:// is needed"),
        };
    }

    private static Dictionary<string, string> EnvironmentOf(string[] pairs)
    {
        Dictionary<string, string> environment = [];
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=');
            if (equals < 1)
                throw new UsageException($"--env {pair} is no NAME=VALUE");
            environment[pair[..equals]] = pair[(equals + 1)..];
        }

        return environment;
    }
}
