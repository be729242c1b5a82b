using System.Text.Json;

namespace LoadTool.EndToEnd.Run;

/// <summary>Options from a config file, the script, the environment and the command line, through the whole tool.</summary>
public sealed class OptionTests
{
    /// <summary>Has no load of its own, and tells what it sees of the environment that options make.</summary>
    private const string Bare = """
        using Windows.Networking.Sockets;

        Options.Set("tags", "from=script; script=yes");
        Options.Set("env", "B=script; C=script");
        if (Env["A"] + Env["B"] + Env["C"] != "configscriptcommand")
            throw new Exception("wrong environment");
        Scenario.Create("bare", async user =>
        {
            using var socket = new MessageWebSocket();
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
        });
        """;

    private const string Config = """
        vus: 2
        duration: 200ms
        seed: 3
        loops: 2
        tags: { from: config, config: "yes" }
        env:
          A: config
          B: config
          C: config
        """;

    [Fact]
    public async Task Options_of_all_places_meet_in_one_run()
    {
        using WorkFolder folder = new();
        folder.Write("bare.csx", Bare);
        folder.Write("loadtool.yaml", Config);
        using Tool tool = Tool.StartProgram(folder.Root, "sh", ["-c", $"LOADTOOL_SEED=4 LOADTOOL_LOOPS=1 LOADTOOL_VSU=1 exec dotnet '{Tool.Assembly}' run bare.csx --seed 5 --env C=command --tag command=yes --results out"]);

        (int exitCode, _, string error) = await tool.EndAsync();

        Assert.True(exitCode == 0, error);
        Assert.StartsWith("options from loadtool.yaml\nthe environment variable LOADTOOL_VSU is no option; did you mean LOADTOOL_VUS?\n", error);
        JsonElement summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "out", "summary.json"))).RootElement;
        Assert.Equal((5, 1), (summary.GetProperty("seed").GetInt32(), summary.GetProperty("loops").GetInt32()));
        Assert.Equal(0.2, summary.GetProperty("planned_seconds").GetDouble());
        Assert.Equal("{\"from\":\"script\",\"config\":\"yes\",\"script\":\"yes\",\"command\":\"yes\"}", JsonSerializer.Serialize(summary.GetProperty("tags")));
    }

    [Theory]
    [InlineData("vsu: 2", "error: loadtool.yaml:1:1: there is no option vsu; did you mean vus?\n", 104)]
    [InlineData("env: { A: 1, B: 1, C: 1, D: [secret] }", "error: loadtool.yaml:1:29: env D takes a single value, not a list\n", 104)]
    [InlineData("scenarios: { bear: { vus: 1 } }\nenv: { A: config, C: x }", "error: loadtool.yaml:1:14: the script has no scenario bear; did you mean bare?\n", 104)]
    public async Task A_mistake_in_a_config_file_ends_the_run_before_its_load(string config, string expected, int expectedCode)
    {
        using WorkFolder folder = new();
        folder.Write("bare.csx", Bare);
        folder.Write("loadtool.yaml", config);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "bare.csx", "--env", "C=command");

        Assert.Equal((expectedCode, "", expected), (exitCode, output, error));
        Assert.False(Directory.Exists(Path.Combine(folder.Root, "results")));
    }

    [Fact]
    public async Task A_mistake_in_the_scripts_options_is_told_with_its_line()
    {
        using WorkFolder folder = new();
        folder.Write("wrong.csx", "var users = 0;\nOptions.Set(\"vus\", users);\n");
        folder.Write("late.csx", """
            Scenario.Create("late", _ => Task.CompletedTask)
                .WithInit(_ => { Options.Set("vus", 1); return Task.CompletedTask; })
                .WithLoadSimulations(Simulation.KeepConstant(copies: 1, during: TimeSpan.FromMilliseconds(10)));
            """);

        Assert.Equal((104, "", "error: wrong.csx(2): vus 0 makes no load: write 1 or more\n"), await Tool.RunAsync(folder.Root, "run", "wrong.csx"));
        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "late.csx");
        Assert.Equal(107, exitCode);
        Assert.Contains("option vus is set too late", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_dry_run_plans_and_starts_nothing()
    {
        using WorkFolder folder = new();
        folder.Write("bare.csx", Bare);
        folder.Write("loadtool.yaml", Config + "\n  TOKEN: secret");

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "bare.csx", "--env", "C=command", "--stage", "1m:100", "--stage", "30s:0", "--dry-run");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("plan of bare.csx; nothing is started\n\nscenario bare\n  from 0:00    1m00s    0 to 100 users\n  from 1:00    30 s     100 to 0 users\n  users     |", output);
        Assert.Contains("\ntogether     1m30s; 0 arrivals; at most 100 users side by side\n", output);
        Assert.DoesNotContain("secret", output);
        Assert.False(Directory.Exists(Path.Combine(folder.Root, "results")));
    }

    [Fact]
    public async Task A_dry_run_of_what_cannot_be_run_says_so()
    {
        using WorkFolder folder = new();
        folder.Write("idle.csx", "Scenario.Create(\"idle\", async user => await user.Delay(Timeout.InfiniteTimeSpan));");
        (int mistakeCode, string mistakeOutput, string mistake) = await Tool.RunAsync(folder.Root, "run", "idle.csx", "--dry-run");
        using Tool tool = Tool.StartProgram(folder.Root, "sh", ["-c", $"ulimit -n 300; exec dotnet '{Tool.Assembly}' run idle.csx --vus 150 --target ws://127.0.0.1:9/ --dry-run"]);

        (int exitCode, string output, string error) = await tool.EndAsync();

        (int resultsCode, _, string results) = await Tool.RunAsync(folder.Root, "run", "idle.csx", "--vus", "1", "--results", "idle.csx/out", "--dry-run");

        Assert.Equal(104, resultsCode);
        Assert.StartsWith($"error: Results cannot be written to {Path.Combine(folder.Root, "idle.csx", "out")}: ", results);
        Assert.Equal((107, "", "idle.csx(1): error: Scenario \"idle\" has no load: add .WithLoadSimulations(…), or give --vus or --rate.\n"), (mistakeCode, mistakeOutput, mistake));
        Assert.Equal(104, exitCode);
        Assert.Contains("open files   350 of 300\n", output);
        Assert.StartsWith("error: 150 virtual users need about 350 open files, and this process may have 300: ", error);
    }
}
