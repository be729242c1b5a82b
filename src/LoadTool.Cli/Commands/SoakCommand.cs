using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Soak;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Serve;
using LoadTool.Cli.Soak;
using LoadTool.Outputs;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool soak</c>: whether memory, latencies and errors stay as they are through a long run.</summary>
internal static class SoakCommand
{
    private const string FileName = "soak";

    private static readonly string[] Passed = ["vus", "duration", "rate", "stages", "thresholds", "target", "insecure", "sockets", "env", "tags", "engine", "loops", "graceful-stop"];

    private static readonly Argument<string> What = new("what") { Description = "A scenario script, or the results folder of a long run." };
    private static readonly Option<int?> Pid = OptionValue.Number<int>("--pid", "The target's process on this machine, whose memory is watched while the script runs; that of the tool's own target without --target.");
    private static readonly Option<string?> Prometheus = Text("--prometheus", "A Prometheus that knows the target's memory, such as http://127.0.0.1:9090.", "url");
    private static readonly Option<string?> Query = Text("--query", "What to ask it: one series of bytes, such as process_resident_memory_bytes{job=\"chat\"}.", "query");
    private static readonly Option<string?> MinGrowth = Text("--min-growth", "The growth of the target's memory that matters, in bytes per minute and socket; 10 by default.", "bytes");
    private static readonly Option<string?> MinDrift = Text("--min-drift", "The growth of latencies over the whole time that matters; 5% by default.", "percent");
    private static readonly Option<string?> Skip = Text("--skip", "Time from the start that is not judged; a tenth of the run by default.", "time");
    private static readonly Option<long?> Seed = OptionValue.Number<long>("--seed", "Seed of all chance in the run; drawn, and printed, when not given.");
    private static readonly Option<string?> Results = Text("--results", "Folder for the results; results/<utc>_<name>-soak by default.", "folder");
    private static readonly Option<bool> Force = new("--force") { Description = "Judge a run that was cut short or is not to be trusted, and say so." };

    internal static Command Create(string[] scriptArguments)
    {
        Command command = new("soak", "Tell whether memory per socket, latencies and errors grow during a long run: exit code 90 when they do, 93 when it cannot be told.")
        {
            What, Pid, Prometheus, Query, MinGrowth, MinDrift, Skip, Seed, Results, Force,
        };
        foreach (Option option in DocumentFiles.Options)
            command.Add(option);
        CommandLineLayer passed = new(command, [.. Passed.Select(key => RunOptionTable.Find(key)!)]);
        command.SetAction((parsed, _) => RunAsync(parsed, passed, scriptArguments));
        return command;
    }

    private static Option<string?> Text(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    private static async Task<int> RunAsync(ParseResult parsed, CommandLineLayer passed, string[] scriptArguments)
    {
        string what = parsed.GetRequiredValue(What);
        SoakSettings settings = SettingsOf(parsed);
        PrometheusMemory? prometheus = PrometheusOf(parsed);
        DocumentFiles files = DocumentFiles.Of(parsed);
        try
        {
            if (Directory.Exists(what))
            {
                OptionValue.RequireAbsent(parsed, "is for a run that is still to be made: give a script, or leave it out", [Pid, Seed, Results, .. passed.Options]);
                return await JudgeAsync(what, parsed, settings, prometheus, files);
            }

            if (prometheus is not null)
            {
                OptionValue.RequireAbsent(parsed, "and --prometheus both say where the target's memory is to be had: leave one out", Pid);
                if (!await prometheus.RequireAsync(TimeProvider.System.GetUtcNow()))
                    Console.Error.WriteLine("warning: --query gives nothing at present: is it right, and is the target scraped?");
            }

            string folder = parsed.GetValue(Results) ?? ResultsFolder.For(TimeProvider.System.GetUtcNow(), $"{Path.GetFileNameWithoutExtension(what)}-soak");
            using StopSignals signals = new();
            await LoadAsync(parsed, what, folder, passed, scriptArguments, signals.Stopping);
            int code = await JudgeNewAsync(folder, parsed, settings, prometheus, files.OrIn(folder, FileName));
            Console.WriteLine($"results in {folder}");
            return signals.Stopping.IsCancellationRequested ? ExitCode.Stopped : code;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ExitCode.Fail(error.Message, ExitCode.Unusable);
        }
    }

    /// <summary>Runs the script in a process of its own, while the target's memory is watched.</summary>
    private static async Task LoadAsync(ParseResult parsed, string script, string folder, CommandLineLayer passed, string[] scriptArguments, CancellationToken stop)
    {
        ScriptPreview preview = await ScriptPreview.ReadAsync(script, scriptArguments, passed.Read(parsed));
        if (parsed.GetValue(Pid) is { } given)
            MemoryWatch.Require(given);
        await using ChildTarget? target = preview.Request.Target is null ? await ChildTarget.StartAsync() : null;
        long seed = parsed.GetValue(Seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        await using ChildRun run = ChildRun.Start(
        [
            script, "--quiet", "--no-color", .. passed.Again(parsed), .. target is null ? (string[])[] : ["--target", target.Uri.ToString()], "--results", folder,
            "--seed", seed.ToString(CultureInfo.InvariantCulture), .. scriptArguments.Length > 0 ? (string[])["--", .. scriptArguments] : [],
        ]);
        using CancellationTokenSource ended = new();
        Task watch = (parsed.GetValue(Pid) ?? target?.ProcessId) is { } pid ? new MemoryWatch(pid, folder, TimeProvider.System).RunAsync(ended.Token) : Task.CompletedTask;
        await run.WaitAsync(stop);
        string? error = await run.EndAsync();
        await ended.CancelAsync();
        await watch;
        if (!File.Exists(Path.Combine(folder, FilesOutput.LinesName)))
            throw new UsageException($"the run failed: {error ?? "it left no results"}");
    }

    /// <summary>Judges what was just run; hours of load are not lost for a question that has no answer.</summary>
    private static async Task<int> JudgeNewAsync(string folder, ParseResult parsed, SoakSettings settings, PrometheusMemory? prometheus, DocumentFiles files)
    {
        try
        {
            return await JudgeAsync(folder, parsed, settings, prometheus, files);
        }
        catch (UsageException error)
        {
            throw new UsageException($"{error.Message}; the run is kept: `loadtool soak {folder}` judges it again");
        }
    }

    private static async Task<int> JudgeAsync(string folder, ParseResult parsed, SoakSettings settings, PrometheusMemory? prometheus, DocumentFiles files)
    {
        JudgedRun run = JudgedRun.Read(folder);
        if (run.Doubt is { } doubt && !parsed.GetValue(Force))
            return ExitCode.Fail($"this run must not be judged: {run.Label} {doubt}; --force judges it all the same", ExitCode.Unusable);
        if (settings.Skip >= run.Result.Length)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--skip {parsed.GetValue(Skip)} leaves nothing of a run of {run.Result.Length.TotalSeconds:0.#} s"));
        IReadOnlyList<MemorySample> memory = prometheus is null ? MemoryFile.Read(folder, run.Info.StartedAt) : await prometheus.ReadAsync(run.Info.StartedAt, run.Result.Length);
        List<string> remarks = [];
        if (run.Doubt is { } forced)
            remarks.Add($"forced, although {run.Label} {forced}");
        if (run.Note is { } note)
            remarks.Add($"{run.Label} {note}");
        if (memory.Count == 0)
            remarks.Add("nobody watched the target's memory: give --pid, or --prometheus and --query");
        SoakJudgement soak = SoakJudgement.Of(run.Seconds, memory, settings);
        Document document = SoakDocument.Of(run.Info.Name, soak, remarks);
        Console.Write(ConsoleText.Of(document));
        files.Write(document, json => SoakJson.Write(json, soak, remarks));
        return soak.Findings.Any(finding => finding.Verdict == SoakVerdict.Grows) ? ExitCode.Regression
            : soak.Findings.Any(finding => finding.Verdict == SoakVerdict.Steady) ? ExitCode.Ok : ExitCode.CannotTell;
    }

    private static SoakSettings SettingsOf(ParseResult parsed) => new()
    {
        MinGrowth = parsed.GetValue(MinGrowth) is not { } growth ? SoakSettings.DefaultMinGrowth
            : double.TryParse(growth, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double bytes) && bytes > 0 ? bytes
            : throw new UsageException($"--min-growth {growth} is no growth: write bytes per minute and socket, such as 10"),
        MinDrift = parsed.GetValue(MinDrift) is { } drift ? GateOption.MinEffect("--min-drift", drift) : SoakSettings.DefaultMinDrift,
        Skip = parsed.GetValue(Skip) is { } skip ? DurationText.ParseOrZero("--skip", skip) : null,
    };

    private static PrometheusMemory? PrometheusOf(ParseResult parsed)
    {
        (string? server, string? query) = (parsed.GetValue(Prometheus), parsed.GetValue(Query));
        if (server is null && query is null)
            return null;
        if (server is null || query is null)
            throw new UsageException("--prometheus and --query belong together: give the server's address, and what to ask it");
        return Uri.TryCreate(server, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? new PrometheusMemory(uri, query)
            : throw new UsageException($"--prometheus {server} is no address: write one such as http://127.0.0.1:9090");
    }
}
