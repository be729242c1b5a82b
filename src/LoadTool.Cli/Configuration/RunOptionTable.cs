using System.Text;
using LoadTool.Sockets;

namespace LoadTool.Cli.Configuration;

/// <summary>Every option of a run, once: command line, environment variables, config keys, help and the README's table come from here.</summary>
internal static class RunOptionTable
{
    internal static IReadOnlyList<RunOption> All { get; } =
    [
        RunOption.Text("vus", "number", "Virtual users side by side, in place of the script's own load.",
            (request, given) => request with { VirtualUsers = given.AtLeastOne<int>(), Rate = null, Stages = [], LoadLabel = given.Label }) with { IsPerScenario = true },
        RunOption.Text("duration", "time", "How long the load lasts, such as 30s or 1m30s.",
            (request, given) => request with { Duration = given.Duration(), LoadLabel = given.Label }) with { IsPerScenario = true },
        RunOption.Text("rate", "rate", "Iterations started per second, in place of the script's own load, such as 300, 0.5 or 90/m.",
            (request, given) => request with { Rate = given.Rate(), VirtualUsers = null, Stages = [], LoadLabel = given.Label }) with { IsPerScenario = true },
        RunOption.List("stage", "stages", "time:users", "Ramp the users to so many in so long, such as 30s:100, in place of the script's own load.",
            (request, given) => request with { Stages = [.. given.Select(stage => stage.Stage())], VirtualUsers = null, Rate = null, Duration = null, LoadLabel = given[0].Label }) with { IsPerScenario = true },
        RunOption.Text("iterations", "number", "End when this many iterations have run, or with the load's duration if that comes first.",
            (request, given) => request with { Iterations = given.AtLeastOne<long>() }),
        RunOption.Text("max-duration", "time", "End every scenario's load, and its warm-up, that lasts longer.",
            (request, given) => request with { MaxDuration = given.Duration() }),
        RunOption.List("threshold", "thresholds", "condition", "A limit that decides the exit code, such as \"echo: p(99) < 20ms\", in place of the script's own.",
            (request, given) => request with { Thresholds = [.. given.Select(condition => condition.Threshold())], ThresholdLabel = given[0].Label }) with { IsPerScenario = true },
        RunOption.Text("target", "url", "The server under load, ws://host:port/path or wss://. Without it a server is started on this machine.",
            (request, given) => request with { Target = given.Target() }),
        RunOption.Flag("insecure", "Accept any server certificate (wss): self-made, expired, or for another name.",
            (request, isSet) => request with { AcceptsAnyServerCertificate = isSet }),
        RunOption.Map("socket", "sockets", $"Set on every socket, whatever the script says: {string.Join(", ", SocketOverrides.Names)}, with on, off or bytes.",
            request => request.Sockets.Texts().ToDictionary(), (request, values) => request with { Sockets = OptionText.Sockets("--socket", values) }),
        RunOption.Map("env", "env", "A value that the script reads as Env[\"NAME\"].",
            request => request.Environment, (request, values) => request with { Environment = values }),
        RunOption.Map("tag", "tags", "A tag of the whole run, for its results.",
            request => request.Tags, (request, values) => request with { Tags = values }),
        RunOption.Text("seed", "number", "Seed of all chance in the run; drawn, and printed, when not given.",
            (request, given) => request with { Seed = given.Whole<long>() }),
        RunOption.Text("engine", "name", "Event loops: epoll (Linux only, and the default there) or portable.",
            (request, given) => request with { Engine = given.Engine() }),
        RunOption.Text("loops", "number", "Event loops, one thread each; one less than there are cores by default.",
            (request, given) => request with { Loops = given.Loops() }),
        RunOption.Text("graceful-stop", "time", "How long iterations may go on after the load has ended, before their sockets are cut; 30s by default.",
            (request, given) => request with { GracefulStop = given.DurationOrZero() }),
        RunOption.Text("results", "folder", "Folder for the results; results/<utc>_<name> by default.",
            (request, given) => request with { Results = given.Filled() }),
        RunOption.List("out", "outputs", "name[=target]", "Another output, such as prometheus or json=run.jsonl; `loadtool outputs` lists them.",
            (request, given) => request with { Outputs = [.. given.Select(output => output.Text)] }),
        RunOption.Map("out-setting", "output-settings", "A setting of an output, such as json.buffer=32.",
            request => request.OutputSettings, (request, values) => request with { OutputSettings = values }),
        RunOption.Text("ui", "[address:port]", "Show the run on a page while it goes on, at 127.0.0.1 and a free port unless told otherwise.",
            (request, given) => request with { Ui = given.EndPoint() }) with { TakesNext = OptionText.IsEndPoint },
        RunOption.Flag("require-trusted", "End with 91 when the run calls its own generator invalid; a degraded one passes.",
            (request, isSet) => request with { RequiresTrust = isSet }),
        RunOption.Flag("quiet", "Print the summary only.",
            (request, isSet) => request with { IsQuiet = isSet }),
        RunOption.Flag("no-color", "Print without colours.",
            (request, isSet) => request with { HasNoColor = isSet }),
    ];

    /// <summary>The option of a key in a config file or a script, or null.</summary>
    internal static RunOption? Find(string key) => All.FirstOrDefault(option => option.Key == key);

    /// <summary>The table that README.md shows.</summary>
    internal static string Markdown()
    {
        StringBuilder table = new("| option of `run` | config key | |\n|---|---|---|\n");
        foreach (RunOption option in All)
            table.Append($"| `{option.Switch}{(option.ValueName is null ? "" : " " + option.ValueName)}` | `{option.Key}` | {option.Help.Replace("<", "\\<")} |\n");
        return table.ToString();
    }
}
