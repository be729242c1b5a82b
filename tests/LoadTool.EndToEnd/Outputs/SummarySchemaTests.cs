using System.Text.Json.Nodes;
using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Outputs;

public sealed class SummarySchemaTests : IDisposable
{
    private const string Validator = """
        const Ajv = require("ajv/dist/2020");
        const [schema, summary] = process.argv.slice(1).map(path => JSON.parse(require("fs").readFileSync(path, "utf8")));
        const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema);
        console.log(validate(summary) ? "valid" : validate.errors.map(error => `${error.instancePath} ${error.message}`).join("\n"));
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("loadtool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FactWith(nameof(Programs.Program.Node))]
    public async Task A_summary_keeps_to_the_schema()
    {
        RecordedRun.WriteTo(_folder, intervals: 1);

        Assert.Equal("valid", await ValidateAsync(_ => { }));
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task The_schema_refuses_what_a_summary_never_holds()
    {
        RecordedRun.WriteTo(_folder, intervals: 1);

        Assert.Contains("must NOT have additional properties", await ValidateAsync(summary => summary["surprise"] = 1));
        Assert.Contains("must have required property 'close_codes'", await ValidateAsync(summary => summary.Remove("close_codes")));
        Assert.Contains(
            "/scenarios/0/steps/0/latency/p99 must be number,null", await ValidateAsync(summary => summary["scenarios"]![0]!["steps"]![0]!["latency"]!["p99"] = "1 ms"));
        Assert.Contains(
            "/scenarios/0/steps/0 must NOT have unevaluated properties", await ValidateAsync(summary => summary["scenarios"]![0]!["steps"]![0]!["surprise"] = 1));
        Assert.Contains("/scenarios/0/steps/0/tags/0 must NOT have unevaluated properties", await ValidateAsync(summary => summary["scenarios"]![0]!["steps"]![0]!["tags"]![0]!["surprise"] = 1));
        Assert.Contains("/scenarios/0/checks/0 must have required property 'fail'", await ValidateAsync(summary => summary["scenarios"]![0]!["checks"]![0]!.AsObject().Remove("fail")));
        Assert.Contains("/metrics/gauges/0/last must be number", await ValidateAsync(summary => summary["metrics"]!["gauges"]![0]!["last"] = null));
        Assert.Contains("/metrics/histograms/0 must NOT have unevaluated properties", await ValidateAsync(summary => summary["metrics"]!["histograms"]![0]!["surprise"] = 1));
        Assert.Contains("/generator/measured must NOT have unevaluated properties", await ValidateAsync(summary => summary["generator"]!["measured"]!["surprise"] = 1));
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task Every_line_of_a_run_keeps_to_its_schema()
    {
        RecordedRun.WriteTo(_folder, intervals: 2);
        string[] lines = File.ReadAllLines(Path.Combine(_folder, "run.jsonl"));

        Assert.Equal(4, lines.Length);
        foreach (string line in lines)
            Assert.Equal("valid", await ValidateLineAsync(line));
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task A_line_s_summary_is_the_summary_s_file_and_no_line_by_itself()
    {
        RecordedRun.WriteTo(_folder, intervals: 1);

        JsonNode last = JsonNode.Parse(File.ReadAllLines(Path.Combine(_folder, "run.jsonl"))[^1])!["summary"]!;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "summary.json"))), last));
        Assert.Contains("must", await ValidateLineAsync(last.ToJsonString()));
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task The_line_schema_refuses_what_no_line_holds()
    {
        RecordedRun.WriteTo(_folder, intervals: 1);
        string line = File.ReadAllLines(Path.Combine(_folder, "run.jsonl"))[1];

        foreach ((string was, string becomes) in ((string, string)[])
            [("\"ok\":1000", "\"ok\":-1"), ("\"type\":\"interval\"", "\"type\":\"pause\""), ("\"users\":1,", ""), ("\"p99\":", "\"p98\":"), ("\"log\":", "\"lag\":")])
        {
            Assert.Contains(was, line);
            Assert.NotEqual("valid", await ValidateLineAsync(line.Replace(was, becomes)));
        }
    }

    [Fact]
    public void The_schema_lies_beside_the_tool() => Assert.All(["summary", "run"], name => Assert.True(File.Exists(Schema(name))));

    private static string Schema(string name) => Path.Combine(AppContext.BaseDirectory, $"{name}.schema.json");

    private Task<string> ValidateLineAsync(string line) => ValidateAsync(line, Schema("run"));

    private async Task<string> ValidateAsync(Action<JsonObject> change)
    {
        JsonObject summary = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "summary.json")))!.AsObject();
        change(summary);
        return await ValidateAsync(summary.ToJsonString(), Schema("summary"));
    }

    private async Task<string> ValidateAsync(string json, string schema)
    {
        string changed = Path.Combine(_folder, "changed.json");
        File.WriteAllText(changed, json);
        (int exitCode, string output, string error) = await Programs.Program.RunAsync(
            Programs.Program.Node.Path("node"), ["-e", Validator, schema, changed], await NodePackages.FolderAsync());
        Assert.True(exitCode == 0, error);
        return output.Trim();
    }
}
