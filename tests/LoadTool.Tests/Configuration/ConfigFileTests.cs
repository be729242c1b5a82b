using LoadTool.Cli.Commands;
using LoadTool.Cli.Configuration;
using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Configuration;

public sealed class ConfigFileTests
{
    private static readonly RunRequest Defaults = new() { Script = "a.csx", ScriptArguments = [] };

    [Fact]
    public void Yaml_and_json_say_the_same()
    {
        const string Yaml = """
            # The nightly load.
            duration: 1m30s
            rate: 90/m
            quiet: true
            thresholds:
              - "errors: rate < 1%"
              - "echo: p(99) < 20ms"
            env: { TOKEN: abc=def, EMPTY: "" }
            tags:
              region: eu
            """;
        const string Json = """
            {
            	"duration": "1m30s", "rate": "90/m", "quiet": true,
            	"thresholds": ["errors: rate < 1%", "echo: p(99) < 20ms"],
            	"env": {"TOKEN": "abc\u003ddef", "EMPTY": ""},
            	"tags": {"region": "eu"}
            }
            """;
        Assert.All([Yaml, Json], text =>
        {
            RunRequest request = ConfigFile.Parse("c", text).Layer.Over(Defaults);
            Assert.Equal(TimeSpan.FromSeconds(90), request.Duration);
            Assert.Equal((90, TimeSpan.FromMinutes(1)), request.Rate);
            Assert.True(request.IsQuiet);
            Assert.Equal(["errors: rate < 1%", "echo: p(99) < 20ms"], request.Thresholds);
            Assert.Equal(new Dictionary<string, string> { ["TOKEN"] = "abc=def", ["EMPTY"] = "" }, request.Environment);
            Assert.Equal("eu", request.Tags["region"]);
        });
    }

    [Fact]
    public void The_README_shows_a_config_file_that_can_be_read()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        const string Fence = "```yaml\n";
        string example = readme[(readme.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length)..];

        ConfigFile config = ConfigFile.Parse("c", example[..example.IndexOf("```", StringComparison.Ordinal)]);

        Assert.Equal("eu", config.Layer.Over(Defaults).Tags["region"]);
        Assert.Equal(new Stage(TimeSpan.FromSeconds(30), 100), config.Sections["echo"].Layer.Over(Defaults).Stages[0]);
    }

    [Theory]
    [InlineData("", "the config file c.yaml is empty: write options such as vus: 10, or remove it")]
    [InlineData("# nothing\n", "the config file c.yaml is empty: write options such as vus: 10, or remove it")]
    [InlineData("vus", "c.yaml:1:1: a config file holds options by their names, such as vus: 10")]
    [InlineData("- vus", "c.yaml:1:1: a config file holds options by their names, such as vus: 10")]
    [InlineData("duration: 1s\nvsu: 10", "c.yaml:2:1: there is no option vsu; did you mean vus?")]
    [InlineData("{\n  \"stage\": []\n}", "c.yaml:2:3: there is no option stage; did you mean stages?")]
    [InlineData("gracefulStop: 1s", "c.yaml:1:1: there is no option gracefulStop; did you mean graceful-stop?")]
    [InlineData("banana: 1s", "c.yaml:1:1: there is no option banana")]
    [InlineData("vus: 10\nvus: 11", "c.yaml:2:1: Duplicate key vus")]
    [InlineData("vus: 10\n---\nvus: 10", "c.yaml:3:1: a config file is one document: remove the second")]
    [InlineData("vus: [10]", "c.yaml:1:6: vus takes a single value, not a list")]
    [InlineData("vus: { a: 1 }", "c.yaml:1:6: vus takes a single value, not a map")]
    [InlineData("vus:", "c.yaml:1:5: vus has no value: write one, or remove it")]
    [InlineData("vus: null", "c.yaml:1:6: vus has no value: write one, or remove it")]
    [InlineData("vus: ten", "c.yaml:1:6: vus ten is no whole number: write one such as 100")]
    [InlineData("vus: 0", "c.yaml:1:6: vus 0 makes no load: write 1 or more")]
    [InlineData("rate: -5", "c.yaml:1:7: rate -5 is no arrival rate: write iterations per second such as 300 or 0.5, or with a unit such as 300/s or 90/m")]
    [InlineData("duration: 30", "c.yaml:1:11: duration 30 is no duration: write a number with its unit, such as 500ms, 30s, 1m30s or 2h (at most 30 days)")]
    [InlineData("quiet: maybe", "c.yaml:1:8: quiet maybe is neither yes nor no: write true or false")]
    [InlineData("stages:\n  - 1s:1\n  - 30:1", "c.yaml:3:5: stages 30 is no duration: write a number with its unit, such as 500ms, 30s, 1m30s or 2h (at most 30 days)")]
    [InlineData("stages: [[1s, 1]]", "c.yaml:1:10: stages takes a single value, not a list")]
    [InlineData("thresholds: ['echo p99']", "c.yaml:1:14: thresholds: threshold \"echo p99\": ", true)]
    [InlineData("env: TOKEN", "c.yaml:1:6: env takes values by their names, such as { name: value }")]
    [InlineData("env: { TOKEN: [secret] }", "c.yaml:1:15: env TOKEN takes a single value, not a list")]
    [InlineData("env: { 'A=B': secret }", "c.yaml:1:8: env takes names without =")]
    [InlineData("env: { '': secret }", "c.yaml:1:12: env has an item that is no NAME=VALUE")]
    [InlineData("? [a]\n: 1", "c.yaml:1:3: a name is expected here")]
    [InlineData("vus: 10\nrate: 10", "c.yaml:1:6: vus and c.yaml:2:7: rate contradict each other: the one keeps so many users running, the other starts so many iterations per second")]
    [InlineData("scenarios: 10", "c.yaml:1:12: scenarios holds options by the names of scenarios, such as echo: { vus: 10 }")]
    [InlineData("scenarios: { echo: 10 }", "c.yaml:1:20: scenario echo holds options by their names, such as vus: 10")]
    [InlineData("scenarios:\n  echo:\n    target: ws://a/", "c.yaml:3:5: target is an option of the whole run: move it out of scenarios")]
    [InlineData("scenarios:\n  echo:\n    vsu: 1", "c.yaml:3:5: there is no option vsu; did you mean vus?")]
    [InlineData("{ \"vus\": 10", "c.yaml:2:1: While parsing a flow mapping, did not find expected ',' or '}'")]
    public void A_mistake_is_told_with_its_place(string text, string expected, bool isStart = false)
    {
        string message = Assert.Throws<UsageException>(() => ConfigFile.Parse("c.yaml", text)).Message;

        Assert.Equal(expected, isStart ? message[..Math.Min(expected.Length, message.Length)] : message);
        Assert.DoesNotContain("secret", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void The_file_beside_the_script_is_found_unless_another_is_named()
    {
        using TemporaryFolder folder = new();
        string script = Path.Combine(folder.Path, "a.csx"), yaml = Path.Combine(folder.Path, "loadtool.yaml"), other = Path.Combine(folder.Path, "other.json");
        Assert.Null(ConfigFile.Read(null, script));

        File.WriteAllText(yaml, "vus: 1");
        File.WriteAllText(other, "{}");

        Assert.Equal(yaml, ConfigFile.Read(null, script)!.Path);
        Assert.Equal(other, ConfigFile.Read(new OptionText("--config", other), script)!.Path);
    }

    [Fact]
    public void Files_that_cannot_be_chosen_between_or_read_are_refused()
    {
        using TemporaryFolder folder = new();
        string script = Path.Combine(folder.Path, "a.csx");
        foreach (string name in (string[])["loadtool.json", "loadtool.yml"])
            File.WriteAllText(Path.Combine(folder.Path, name), "{}");
        Directory.CreateDirectory(Path.Combine(folder.Path, "folder.yaml"));

        Assert.StartsWith("there are several config files beside the script, ", Refusal(null));
        Assert.Equal("LOADTOOL_CONFIG a.txt is no config file: its name ends with none of .json, .yaml, .yml", Refusal(new OptionText("LOADTOOL_CONFIG", "a.txt")));
        Assert.Equal($"--config absent.yaml: there is no such file; the path counts from {Environment.CurrentDirectory}", Refusal(new OptionText("--config", "absent.yaml")));
        Assert.Contains("there is no such file", Refusal(new OptionText("--config", Path.Combine(folder.Path, "folder.yaml"))));

        string Refusal(OptionText? named) => Assert.Throws<UsageException>(() => ConfigFile.Read(named, script)).Message;
    }
}
