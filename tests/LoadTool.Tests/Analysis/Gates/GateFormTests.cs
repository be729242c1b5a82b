using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Cli.Commands;
using LoadTool.Outputs;
using LoadTool.Outputs.Files;
using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Analysis.Gates;

/// <summary>One answer in all of its forms.</summary>
public sealed class GateFormTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_console_says_the_answer_first_and_then_what_it_rests_on()
    {
        string text = ConsoleText.Of(Document(Worse()));

        Assert.StartsWith("worse: regression: echo p99 went from 20.0 ms to 23.0 ms, +14.", text);
        Assert.Contains("figure    baseline      new   change", text);
        Assert.Contains("  worse\n", text);
        Assert.Contains("New: run10, run11, run12. Baseline: run1, run2, run3.", text);
    }

    [Fact]
    public void JSON_has_base_units_and_every_figure()
    {
        JsonElement json = JsonDocument.Parse(JsonFile.Bytes(writer => GateJson.Write(writer, Worse(), []))).RootElement;

        Assert.Equal("regression", json.GetProperty("verdict").GetString());
        JsonElement figure = Assert.Single(json.GetProperty("figures").EnumerateArray());
        Assert.Equal(("echo p99", "worse"), (figure.GetProperty("figure").GetString(), figure.GetProperty("verdict").GetString()));
        Assert.InRange(figure.GetProperty("new").GetDouble(), 0.0229, 0.0231);
        Assert.InRange(figure.GetProperty("change").GetProperty("low").GetDouble(), 0.05, 0.15);
        Assert.InRange(figure.GetProperty("chance").GetDouble(), 0, 0.01);
        Assert.Equal(["run1", "run2", "run3"], json.GetProperty("baseline").EnumerateArray().Select(label => label.GetString()!));
    }

    [Fact]
    public void JUnit_fails_what_is_worse_and_skips_what_was_not_judged()
    {
        GateJudgement gate = Worse(PlannedRuns.Failures(0, 100));

        XElement suite = Junit(gate);

        Assert.Equal(("3", "1", "0", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("errors")!.Value, suite.Attribute("skipped")!.Value));
        XElement failure = suite.Elements("testcase").Single(test => test.Attribute("name")!.Value == "echo p99").Element("failure")!;
        Assert.StartsWith("echo p99 went from 20.0 ms", failure.Attribute("message")!.Value);
        Assert.Equal((failure.Attribute("message")!.Value, "gate"), (failure.Value, failure.Attribute("type")!.Value));
        Assert.NotNull(suite.Elements("testcase").Single(test => test.Attribute("name")!.Value == "echo errors").Element("skipped"));
    }

    [Fact]
    public void JUnit_has_an_error_for_runs_that_must_not_be_compared()
    {
        XElement suite = Junit(Gate.Judge([PlannedRuns.Latencies(10, 20)[0] with { Doubt = "lagged\u0001" }], PlannedRuns.Latencies(1, 20, 20), new GateSettings()));

        Assert.Equal("1", suite.Attribute("errors")!.Value);
        Assert.StartsWith("invalid: run10 lagged", Assert.Single(suite.Elements("testcase")).Element("error")!.Attribute("message")!.Value);
    }

    [Fact]
    public void GitHub_is_told_by_an_annotation_for_each_regression_and_a_summary()
    {
        using StringWriter commands = new();
        GateJudgement gate = Worse();

        new GateOnGitHub(new GitHubStep(_folder.File("step"), commands)).Tell(gate, Document(gate));

        Assert.StartsWith("::error title=LoadTool gate%3A regression::echo p99 went from 20.0 ms to 23.0 ms, +14.", commands.ToString());
        Assert.StartsWith("## Gate&#58; chat", File.ReadAllText(_folder.File("step")).Replace("Gate:", "Gate&#58;"));
        Assert.Null(GateOnGitHub.Detect(_ => null, commands));
    }

    [Fact]
    public void GitHub_is_warned_when_nothing_can_be_told()
    {
        using StringWriter commands = new();
        GateJudgement gate = Gate.Judge(PlannedRuns.Latencies(10, 20), PlannedRuns.Latencies(1, 20), new GateSettings());

        new GateOnGitHub(new GitHubStep(null, commands)).Tell(gate, Document(gate));

        Assert.StartsWith("::warning title=LoadTool gate%3A not enough samples::not enough samples: one run on each side", commands.ToString());
    }

    [Fact]
    public void The_page_draws_each_figure_over_the_history_and_marks_its_changes()
    {
        RunDigest[] history = PlannedRuns.Latencies(0, 20, 20.2, 19.9, 20.1, 24, 24.2, 23.9, 24.1);
        GateJudgement gate = Gate.Judge(history[6..], history[4..6], new GateSettings());

        string page = HtmlPage.Of(GateDocument.Of(gate, history, FigureChanges.Of(history, gate.Settings)));

        Assert.Contains("echo p99 over the history", page);
        Assert.Contains("<td>run4</td>", page);
        Assert.Contains("class=\"mark\"", page);
    }

    [Theory]
    [InlineData(0.0523, FigureKind.Latency, "+5.23 %")]
    [InlineData(-0.0523, FigureKind.Rate, "-5.23 %")]
    [InlineData(1.5, FigureKind.Latency, "+150 %")]
    [InlineData(0, FigureKind.Latency, "0 %")]
    [InlineData(0.0012, FigureKind.Errors, "+0.12 points")]
    internal void A_change_has_its_sign_and_its_unit(double change, FigureKind kind, string text) => Assert.Equal(text, GateText.Change(kind, change));

    private static Document Document(GateJudgement gate) => GateDocument.Of(gate, [], []);

    private static XElement Junit(GateJudgement gate)
    {
        using MemoryStream stream = new();
        GateJunit.Write(stream, gate);
        return XDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).Root!.Element("testsuite")!;
    }

    private static GateJudgement Worse(params DigestFigure[] more) => Gate.Judge(
        [.. PlannedRuns.Latencies(10, 23.1, 22.8, 23.0).Select(run => run with { Figures = [.. run.Figures, .. more] })],
        [.. PlannedRuns.Latencies(1, 20.0, 20.1, 19.9).Select(run => run with { Figures = [.. run.Figures, .. more] })],
        new GateSettings());
}
