using System.Text.Json.Nodes;
using LoadTool.EndToEnd.Outputs;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Judging;

/// <summary>Gates and histories as a user runs them, on runs that took place.</summary>
public sealed class GateToolTests : IDisposable
{
    private const string Script = """
        using Windows.Networking.Sockets;
        var hello = Payload.Text(bytes: 64);
        Scenario.Create("chat", async user =>
        {
            using var socket = new MessageWebSocket();
            await socket.ConnectAsync(user.Target);
            await foreach (var turn in user.Pace(perSecond: 50))
            {
                using var step = Step.Begin("echo", user, turn);
                await socket.SendAsync(hello);
                step.Ok(await socket.ReceiveAsync());
            }
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 10, during: TimeSpan.FromSeconds(1)));
        """;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Forced, because what else the machine does may keep single runs from being trusted; other tests show what is refused.</summary>
    [Fact]
    public async Task A_server_that_became_slow_is_a_regression_in_every_form()
    {
        await using LoopHost server = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        _folder.Write("chat.csx", Script);
        foreach ((string name, string path) in new[] { ("base-1", "/echo"), ("base-2", "/echo"), ("base-3", "/echo"), ("new-1", "/delay?ms=300"), ("new-2", "/delay?ms=300") })
            await RunAsync(name, server.Uri(path));

        (int exitCode, string output, string error) = await ToolAsync(
            "gate", "new-1", "new-2", "--baseline", ".", "--force", "--markdown", "gate.md", "--junit", "gate.xml", "--page", "gate.html", "--json", "gate.json");

        Assert.True(exitCode == 90, output + error);
        Assert.StartsWith("worse: regression: echo p50 went from ", output);
        JsonNode gate = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.Root, "gate.json")))!;
        Assert.Equal("regression", (string?)gate["verdict"]);
        Assert.InRange((double)gate["figures"]!.AsArray().Single(figure => (string?)figure!["figure"] == "echo p50")!["new"]!, 0.3, 30);
        Assert.Contains("echo p50 went from ", File.ReadAllText(Path.Combine(_folder.Root, "gate.xml")));
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(_folder.Root, "gate.html")));
        Assert.StartsWith("## Gate&#58; chat\n", File.ReadAllText(Path.Combine(_folder.Root, "gate.md")));

        // Of runs of one server nothing more is asked than chance would break on a busy machine.
        _folder.Write("errors.yaml", "figures: { '*': { ignore: true }, echo errors: { ignore: false, min-effect: 50% } }");
        (exitCode, output, error) = await ToolAsync("gate", "base-3", "--baseline", "base-1", "--baseline", "base-2", "--force", "--rules", "errors.yaml");
        Assert.True(exitCode == 0, output + error);
        Assert.StartsWith("ok: pass: 1 figure of 1 run is no worse than the baseline by anything that matters", output);
    }

    [Fact]
    public async Task A_history_keeps_runs_lists_them_and_lets_old_ones_go()
    {
        RecordedRun.WriteTo(Path.Combine(_folder.Root, "a"), intervals: 3);

        (int added, string told, string _) = await ToolAsync("history", "add", "a", "--history", "h");
        Assert.Equal(0, added);
        Assert.StartsWith("a: added as h/20261121T110558Z_recorded_123", told);
        Assert.Contains(".run.json (gates will leave it out: it was cut short: ", told);
        Assert.Equal((0, "a: is there already\n", ""), await ToolAsync("history", "add", "a", "--history", "h"));
        (int exitCode, string output, _) = await ToolAsync("history", "list", "--history", "h", "--page", "h.html");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("1 run, 0 usable runs, 0 changes\n", output);
        Assert.True(File.Exists(Path.Combine(_folder.Root, "h.html")));
        (int missing, _, string why) = await ToolAsync("history", "list", "--history", "none");
        Assert.Equal(104, missing);
        Assert.StartsWith("error: --history none: there is no such folder; ", why);
        Assert.Equal((0, "", ""), await ToolAsync("history", "prune", "--history", "h", "--keep", "1"));
        Assert.Equal((0, "", ""), await ToolAsync("history", "prune", "--history", "h", "--older-than", "36500d"));
        Assert.StartsWith("error: --history none: there is no such folder; ", (await ToolAsync("history", "prune", "--history", "none", "--keep", "1")).Error);
        Assert.Equal((104, "", "error: --history a/run.jsonl is a file: name a folder\n"), await ToolAsync("history", "add", "a", "--history", "a/run.jsonl"));
        Assert.Equal((104, "", "error: --history names nothing: write a folder, such as --history history\n"), await ToolAsync("history", "add", "a", "--history", ""));
        Assert.Equal((104, "", "error: none is no folder of results: there is no run.jsonl in it\n"), await ToolAsync("history", "add", "a", "none", "--history", "whole"));
        Assert.False(Directory.Exists(Path.Combine(_folder.Root, "whole")));
        Assert.Equal((104, "", "error: --page : name a file: what is said on standard output is for people\n"), await ToolAsync("history", "list", "--history", "h", "--page", ""));
        Assert.Equal((104, "", "error: prune needs --keep or --older-than: what is to be removed?\n"), await ToolAsync("history", "prune", "--history", "h"));
        Assert.Equal((104, "", "error: --older-than 3w is no number of days: write one such as 90d\n"), await ToolAsync("history", "prune", "--history", "h", "--older-than", "3w"));
    }

    [Fact]
    public async Task What_cannot_be_judged_is_one_line_and_never_a_number()
    {
        foreach (string name in new[] { "a", "b" })
            RecordedRun.WriteTo(Path.Combine(_folder.Root, name), intervals: 3);
        Directory.CreateDirectory(Path.Combine(_folder.Root, "empty"));
        string log = Path.Combine(_folder.Root, "b", "run.hlog");
        string[] lines = File.ReadAllLines(log);
        File.WriteAllLines(log, lines.Select((line, at) => at == lines.Length / 2 ? line[..^40] + "!!!!" : line));
        string run = Path.Combine(_folder.Root, "b", "run.jsonl");
        File.WriteAllText(run, File.ReadAllText(run).Replace("2026-11-21T", "2026-11-20T"));
        _folder.Write("typo.yaml", "figures: { ecko p99: { ignore: true } }");

        Assert.Equal((104, "", "error: none is no folder of results: there is no run.jsonl in it\n"), await ToolAsync("gate", "none", "--baseline", "a"));
        Assert.Equal((104, "", "error: empty is no folder of results: there is no run.jsonl in it\n"), await ToolAsync("gate", "empty", "--baseline", "a"));
        Assert.Equal((104, "", "error: --baseline last:3 counts runs of a history: name it with --history\n"), await ToolAsync("gate", "a", "--baseline", "last:3"));
        Assert.Equal((104, "", "error: --baseline last:0 takes how many runs: write last:10\n"), await ToolAsync("gate", "a", "--baseline", "last:0", "--history", "h"));
        Assert.Equal(
            (104, "", "error: --baseline empty is no results folder, no folder of such and no history; last:10 takes the last ten runs of --history\n"), await ToolAsync("gate", "a", "--baseline", "empty"));
        Assert.Equal((104, "", "error: --min-effect much is no difference: write a percentage above 0% and below 100%, such as 5%\n"), await ToolAsync("gate", "a", "--baseline", "b", "--min-effect", "much"));
        Assert.StartsWith("error: typo.yaml:1:12: no figure is called ecko p99", (await ToolAsync("gate", "a", "--baseline", "b", "--rules", "typo.yaml", "--force")).Error);
        _folder.Write("unit.yaml", "figures: { '* errors': { limit: 20ms } }");
        Assert.StartsWith("error: unit.yaml:1:12: the limit of * errors is in the unit of none of its figures: ", (await ToolAsync("gate", "a", "--baseline", "b", "--rules", "unit.yaml", "--force")).Error);
        Assert.Equal((104, "", "error: --junit b: this is a folder: name a file in it\n"), await ToolAsync("gate", "a", "--baseline", "b", "--junit", "b"));
        Assert.Equal((104, "", "error: Option '--baseline' is required (see `loadtool gate --help`)\n"), await ToolAsync("gate", "a"));

        Assert.Equal((104, "", "error: a and a are one run: give it once\n"), await ToolAsync("gate", "a", "--baseline", "a"));

        (int exitCode, string output, string error) = await ToolAsync("gate", "b", "--baseline", "a");
        Assert.Equal((94, ""), (exitCode, error));
        Assert.StartsWith("cannot tell: invalid: b was cut short: run.hlog ", output);
        Assert.DoesNotContain("p99", output);

        (exitCode, output, error) = await ToolAsync("gate", "a", "--baseline", "last:3", "--history", "nothing-yet", "--force");
        Assert.Equal((93, ""), (exitCode, error));
        Assert.StartsWith("cannot tell: not enough samples: there is no run to compare with", output);
        Assert.Contains("- the history nothing-yet: there is no such folder; the path counts from ", output);

        File.WriteAllText(Path.Combine(_folder.Root, "empty", "x.run.json"), "{");
        (exitCode, output, error) = await ToolAsync("gate", "a", "--baseline", "empty");
        Assert.Equal((94, ""), (exitCode, output));
        Assert.StartsWith("error: empty/x.run.json:1:2 is damaged: ", error);
    }

    /// <summary>As it stands there, on shorter runs.</summary>
    [Fact]
    public async Task The_commands_of_the_README_run()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string section = readme[readme.IndexOf("## Nightly gates", StringComparison.Ordinal)..];
        string[] commands = section.Split("```")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        File.WriteAllText(Path.Combine(_folder.Root, "echo.csx"), Script);
        File.WriteAllText(Path.Combine(_folder.Root, "rules.yaml"), section.Split("```")[3]["yaml\n".Length..].Replace("  connect: { ignore: true }\n", ""));
        Assert.Equal(6, commands.Length);
        foreach (string command in commands)
        {
            string[] words = command.Replace("scenarios/nightly/gate.yaml", "rules.yaml").Replace("scenarios/echo.csx", "echo.csx").Replace("60s", "1s").Split(' ')[1..];

            (int exitCode, string output, string error) = await ToolAsync(words[0] == "gate" ? [.. words, "--force"] : words);

            Assert.True(exitCode == (words[0] == "gate" ? 93 : 0), $"{command}: {exitCode} {output} {error}");
        }

        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder.Root, "history")).Length);
    }

    private async Task RunAsync(string name, Uri target)
    {
        (int exitCode, string output, string error) = await ToolAsync("run", "chat.csx", "--results", name, "--target", target.ToString());
        Assert.True(exitCode == 0, output + error);
    }

    private Task<(int ExitCode, string Output, string Error)> ToolAsync(params string[] arguments) => Tool.RunAsync(_folder.Root, arguments);
}
