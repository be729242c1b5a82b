using System.Security.Cryptography;
using LoadTool.Outputs;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Report;

namespace LoadTool;

/// <summary>Scenarios that are about to run, with a console and a folder of results. Made by <see cref="LoadRunner.RegisterScenarios"/>.</summary>
public sealed class RegisteredRun
{
    private readonly Scenario[] _scenarios;
    private readonly Dictionary<string, string> _tags = [];
    private string? _reportFolder;

    internal RegisteredRun(Scenario[] scenarios)
    {
        if (scenarios.Length == 0)
            throw new ArgumentException("There is no scenario: make one with Scenario.Create(name, async user => …).", nameof(scenarios));
        _scenarios = scenarios;
    }

    /// <summary>Notes the name of the test in the results, as the tag <c>test_name</c>.</summary>
    /// <param name="name">The name.</param>
    /// <returns>This run.</returns>
    public RegisteredRun WithTestName(string name) => WithTag("test_name", name);

    /// <summary>Notes what the test belongs to in the results, as the tag <c>test_suite</c>.</summary>
    /// <param name="name">The name.</param>
    /// <returns>This run.</returns>
    public RegisteredRun WithTestSuite(string name) => WithTag("test_suite", name);

    /// <summary>Sets where the results go; <c>--results</c> goes before it.</summary>
    /// <param name="folder">A folder, made if it is missing; <c>results/&lt;utc&gt;_&lt;scenario&gt;</c> by default.</param>
    /// <returns>This run.</returns>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public RegisteredRun WithReportFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _reportFolder = folder;
        return this;
    }

    /// <summary>Runs to the end, and waits for it on the calling thread.</summary>
    /// <param name="args">As of <see cref="LoadRunner.RunAsync(string[], Scenario[])"/>.</param>
    /// <returns>The result.</returns>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public RunResult Run(params string[] args)
    {
        // Elsewhere: a test runner's synchronization context may want this very thread to go on with.
        return Task.Run(() => RunAsync(args)).GetAwaiter().GetResult();
    }

    /// <summary>Runs to the end.</summary>
    /// <param name="args">As of <see cref="LoadRunner.RunAsync(string[], Scenario[])"/>.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">An argument is wrong, or the scenarios cannot be run as they are. The message says what to do.</exception>
    /// <exception cref="ScenarioException">A scenario's init failed; nothing was run.</exception>
    /// <exception cref="IOException">The results cannot be written.</exception>
    public async Task<RunResult> RunAsync(params string[] args) => ScenarioRegistry.Current is { } script
        ? (await HandOverAsync(script)).Result
        : await RunHereAsync(RunnerArguments.Read(args));

    /// <summary>Runs, and turns everything into an exit code.</summary>
    internal async Task<int> MainAsync(string[] args)
    {
        if (ScenarioRegistry.Current is { } script)
            return (await HandOverAsync(script)).ExitCode;
        try
        {
            return RunVerdict.Tell(await RunHereAsync(RunnerArguments.Read(args)), static error => $"{error.GetType().Name}: {error.Message}", requiresTrust: false);
        }
        catch (ScenarioException error)
        {
            return ExitCode.Fail(error.Message, ExitCode.Script);
        }
        catch (Exception error) when (error is ArgumentException or IOException)
        {
            return ExitCode.Fail(error.Message, ExitCode.Usage);
        }
    }

    private Task<(RunResult Result, int ExitCode)> HandOverAsync(ScenarioRegistry script) => script.HandOverAsync(new RunWish(_scenarios, _reportFolder, _tags));

    private async Task<RunResult> RunHereAsync(RunnerArguments arguments)
    {
        arguments.Apply(_scenarios);
        ScenarioCheck.Require(_scenarios);
        string name = _scenarios[0].Name;
        using StopSignals signals = new();
        using TargetLease target = await TargetLease.TakeAsync(arguments.Target);
        OutputCatalog.Require(arguments.Outputs, arguments.OutputSettings);
        JsonLinesOutput.KeepStandardOutputFor(arguments.Outputs);
        using FilesOutput files = FilesOutput.Create(arguments.Results ?? _reportFolder ?? ResultsFolder.For(TimeProvider.System.GetUtcNow(), name));
        IReadOnlyList<IOutput> others = OutputCatalog.Create(arguments.Outputs, arguments.OutputSettings, files.Folder);
        RunOptions options = new()
        {
            Target = target.Uri,
            AcceptsAnyServerCertificate = arguments.AcceptsAnyServerCertificate,
            Loops = RunOptions.UsualLoops,
            Seed = arguments.Seed ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
            Iterations = arguments.Iterations,
            Environment = arguments.Environment,
            Tags = _tags,
        };

        try
        {
            // The console last: it names what the others lost.
            ReportOutput[] page = ReportPage.IsAvailable ? [new ReportOutput(Path.Combine(files.Folder, ReportOutput.FileName))] : [];
            IOutput[] outputs = [.. others, files, .. page, ConsoleOutput.OnStandardStreams(arguments.IsQuiet)];
            await RunRehearsal.OnceAsync(options.Engine);
            RunResult result = await new LoadRun(name, _scenarios, options, outputs, TimeProvider.System).RunAsync(signals.Stopping);
            Console.WriteLine($"results in {files.Folder}, seed {options.Seed}");
            return result;
        }
        finally
        {
            foreach (IDisposable output in others.OfType<IDisposable>())
                output.Dispose();
        }
    }

    private RegisteredRun WithTag(string tag, string value)
    {
        _tags[tag] = value;
        return this;
    }
}
