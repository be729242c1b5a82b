using System.CommandLine;
using System.Globalization;
using LoadTool.Cli.Commands;
using LoadTool.Cli.Configuration;

namespace LoadTool.Tests.Configuration;

public sealed class RunOptionTableTests
{
    private static readonly RunRequest Defaults = new() { Script = "a.csx", ScriptArguments = [], Seed = 77 };

    /// <summary>Of each option: its default, then what config file, script, environment and command line say, and how to read it.</summary>
    private static readonly Dictionary<string, (string[] Texts, Func<RunRequest, object?> Read)> Samples = new()
    {
        ["vus"] = (["", "1", "2", "3", "4"], request => request.VirtualUsers),
        ["duration"] = (["", "1s", "2s", "3s", "4s"], request => Seconds(request.Duration)),
        ["rate"] = (["", "1/s", "2/s", "3/s", "4/s"], request => request.Rate is { } rate ? $"{rate.Rate}/s" : null),
        ["stage"] = (["", "1s:1", "2s:2;1s:0", "3s:3", "4s:4"], request => string.Join(';', request.Stages.Select(stage => $"{Seconds(stage.During)}:{stage.Users}"))),
        ["iterations"] = (["", "1", "2", "3", "4"], request => request.Iterations),
        ["max-duration"] = (["", "1s", "2s", "3s", "4s"], request => Seconds(request.MaxDuration)),
        ["threshold"] = (["", "a: p(99) < 1s", "b: p(99) < 1s;errors: rate < 1%", "c: p(99) < 1s", "d: p(99) < 1s"], request => string.Join(';', request.Thresholds)),
        ["target"] = (["", "ws://a/", "ws://b/", "wss://c/", "ws://d/"], request => request.Target),
        ["insecure"] = (["False", "true", "false", "true", "false"], request => request.AcceptsAnyServerCertificate),
        ["socket"] = (["", "nagle=on", "nagle=off", "nagle=on", "nagle=off"], request => Pairs(request.Sockets.Texts().ToDictionary())),
        ["env"] = (["", "X=1", "X=2", "X=3", "X=4"], request => Pairs(request.Environment)),
        ["tag"] = (["", "x=1", "x=2", "x=3", "x=4"], request => Pairs(request.Tags)),
        ["seed"] = (["77", "1", "-2", "3", "4"], request => request.Seed),
        ["engine"] = ([Defaults.Engine.ToString(), "portable", "epoll", "portable", "epoll"], request => request.Engine),
        ["loops"] = ([Defaults.Loops.ToString(CultureInfo.InvariantCulture), "4", "3", "2", "1"], request => request.Loops),
        ["graceful-stop"] = (["30s", "1s", "2s", "0s", "4s"], request => Seconds(request.GracefulStop)),
        ["results"] = (["", "a", "b", "c", "d"], request => request.Results),
        ["out"] = (["", "exec=a", "exec=b;exec=c", "exec=d", "exec=e"], request => string.Join(';', request.Outputs)),
        ["out-setting"] = (["", "x.a=1", "x.a=2", "x.a=3", "x.a=4"], request => Pairs(request.OutputSettings)),
        ["ui"] = (["", "127.0.0.1:1", "[::1]:2", "true", "0.0.0.0:4"], request => request.Ui?.ToString().Replace("127.0.0.1:0", "true")),
        ["require-trusted"] = (["False", "true", "false", "true", "false"], request => request.RequiresTrust),
        ["quiet"] = (["False", "true", "false", "true", "false"], request => request.IsQuiet),
        ["no-color"] = (["False", "true", "false", "true", "false"], request => request.HasNoColor),
    };

    public static TheoryData<string> Names => [.. RunOptionTable.All.Select(option => option.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_layer_beats_those_below(string name)
    {
        RunOption option = RunOptionTable.All.Single(option => option.Name == name);
        Assert.True(Samples.ContainsKey(name), $"Option {name} has no sample here.");
        (string[] texts, Func<RunRequest, object?> read) = Samples[name];

        for (int layers = 0; layers < texts.Length; layers++)
            Assert.Equal(texts[layers], Convert.ToString(read(Request(option, texts, layers)), CultureInfo.InvariantCulture) ?? "", ignoreCase: true);

        // And a layer beats another that is not next to it.
        for (int layer = 1; layer < texts.Length; layer++)
            Assert.Equal(texts[layer], Convert.ToString(read(Request(option, [.. texts.Select((text, index) => index == layer || index == 1 ? text : "")], texts.Length - 1)), CultureInfo.InvariantCulture), ignoreCase: true);
    }

    [Fact]
    public void No_option_is_there_twice()
    {
        Assert.Equal(RunOptionTable.All.Count, RunOptionTable.All.DistinctBy(option => option.Name).Count());
        Assert.Equal(RunOptionTable.All.Count, RunOptionTable.All.DistinctBy(option => option.Key).Count());
        Assert.Equal("LOADTOOL_GRACEFUL_STOP", RunOptionTable.All.Single(option => option.Key == "graceful-stop").Variable);
    }

    [Fact]
    public void The_README_shows_every_option()
    {
        string path = Path.Combine(Repository.Root, "README.md");
        string readme = File.ReadAllText(path), table = RunOptionTable.Markdown();
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            int start = readme.IndexOf("| option of `run`", StringComparison.Ordinal), end = readme.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
            File.WriteAllText(path, readme = readme[..start] + table + readme[end..]);
        }

        Assert.Contains("\n\n" + table + "\n", readme);
    }

    [Fact]
    public void Values_by_name_come_from_all_layers_together()
    {
        ConfigFile config = ConfigFile.Parse("c.yaml", "tags: { a: 1, b: 1, c: 1 }");
        ScriptOptions script = new(path => path);
        script.Set("tags", "b=2; c=2");
        OptionLayer environment = EnvironmentLayer.Read(new Dictionary<string, string> { ["LOADTOOL_TAG"] = "c=3;d=3" }, _ => { });

        RunRequest request = new RunLayers(Defaults, config, script.Layer, environment, new OptionLayer()).Request;

        Assert.Equal("a=1;b=2;c=3;d=3", Pairs(request.Tags));
    }

    [Fact]
    public void The_highest_layer_that_says_how_to_load_decides_alone()
    {
        ConfigFile config = ConfigFile.Parse("c.yaml", "rate: 5\nduration: 1m");
        Assert.Equal((null, "60s", 3), Load("LOADTOOL_VUS", "3"));
        Assert.Equal((null, null, null), Load("LOADTOOL_STAGE", "1s:1"));

        (int? Rate, string? Duration, int? Users) Load(string variable, string text)
        {
            OptionLayer environment = EnvironmentLayer.Read(new Dictionary<string, string> { [variable] = text }, _ => { });
            RunRequest request = new RunLayers(Defaults, config, new OptionLayer(), environment, new OptionLayer()).Request;
            return (request.Rate?.Rate, Seconds(request.Duration), request.VirtualUsers);
        }
    }

    [Fact]
    public void Variables_that_are_no_options_are_told_by_name_only()
    {
        List<string> warnings = [];
        EnvironmentLayer.Read(
            new Dictionary<string, string>
            {
                ["LOADTOOL_VSU"] = "secret",
                ["LOADTOOL_WHATEVER"] = "secret",
                ["LOADTOOL_REQUIRE_PROGRAMS"] = "1",
                ["LOADTOOL_CONFIG"] = "c.yaml",
                ["LOADTOOL_VUS"] = "",
                ["PATH"] = "",
            },
            warnings.Add);

        Assert.Equal(
            ["the environment variable LOADTOOL_VSU is no option; did you mean LOADTOOL_VUS?", "the environment variable LOADTOOL_WHATEVER is no option"],
            warnings);
    }

    [Fact]
    public void A_wrong_variable_is_refused_by_its_name()
    {
        UsageException error = Assert.Throws<UsageException>(() => EnvironmentLayer.Read(new Dictionary<string, string> { ["LOADTOOL_VUS"] = "0" }, _ => { }));

        Assert.Equal("LOADTOOL_VUS 0 makes no load: write 1 or more", error.Message);
    }

    /// <summary>What comes out when the first so many layers say something; an empty text says nothing.</summary>
    private static RunRequest Request(RunOption option, string[] texts, int layers)
    {
        string[] said = [.. texts.Select((text, index) => index <= layers ? text : "")];
        ScriptOptions script = new(path => path);
        if (said[2].Length > 0)
            script.Set(option.Key, said[2]);
        OptionLayer environment = EnvironmentLayer.Read(new Dictionary<string, string> { [option.Variable] = said[3] }, _ => { });
        Command command = new("run");
        CommandLineLayer commandLine = new(command);
        ParseResult parsed = command.Parse([.. said[4].Length == 0 ? [] : option.Items(said[4]).SelectMany(item => new[] { option.Switch, item })]);
        Assert.Empty(parsed.Errors);
        ConfigFile? config = said[1].Length == 0 ? null : ConfigFile.Parse("c.yaml", $"{option.Key}: {InYaml(option, said[1])}");
        return new RunLayers(Defaults, config, script.Layer, environment, commandLine.Read(parsed)).Request;
    }

    private static string InYaml(RunOption option, string text) => option.Kind switch
    {
        OptionKind.List => $"['{text}']",
        OptionKind.Map => $"{{ {text.Replace("=", ": ")} }}",
        _ => text,
    };

    private static string? Seconds(TimeSpan? time) => time is { } known ? $"{known.TotalSeconds}s" : null;

    private static string Pairs(IReadOnlyDictionary<string, string> pairs) => string.Join(';', pairs.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}"));
}
