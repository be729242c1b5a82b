using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Runs;
using LoadTool.Cli.Commands;

namespace LoadTool.Tests.Commands;

public sealed class GateRulesFileTests
{
    [Fact]
    public void A_file_says_what_matters_of_all_figures_and_of_some()
    {
        GateSettings settings = GateRulesFile.Parse("gate.yaml", """
            min-effect: 3%
            confidence: 95%
            figures:
              echo p99: { min-effect: 2.5%, limit: 20ms }
              "* p99.9": { ignore: true }
              errors: { limit: 0.1%, confidence: 90% }
              echo rate: { limit: 900/s }
            """);

        Assert.Equal((0.03, 0.95), (settings.MinEffect, settings.Confidence));
        Assert.Equal(["echo p99", "* p99.9", "errors", "echo rate"], settings.Rules.Select(rule => rule.Pattern));
        Assert.Equal((0.025, new GateLimit(0.02, FigureKind.Latency), "gate.yaml:4:3"), (settings.Rules[0].MinEffect, settings.Rules[0].Limit!.Value, settings.Rules[0].Origin));
        Assert.True(settings.Rules[1].IsIgnored);
        Assert.Equal((0.9, new GateLimit(0.001, FigureKind.Errors)), (settings.Rules[2].Confidence, settings.Rules[2].Limit!.Value));
        Assert.Equal(new GateLimit(900, FigureKind.Rate), settings.Rules[3].Limit);
    }

    [Theory]
    [InlineData("min-efect: 5%", "gate.yaml:1:1: there is no setting min-efect; did you mean min-effect?; there are min-effect, confidence, figures")]
    [InlineData("min-effect: 5", "gate.yaml:1:13: min-effect 5 is no difference: write a percentage above 0% and below 100%, such as 5%")]
    [InlineData("min-effect: 100%", "gate.yaml:1:13: min-effect 100% is no difference: write a percentage above 0% and below 100%, such as 5%")]
    [InlineData("confidence: 100%", "gate.yaml:1:13: confidence 100% is no confidence: write a percentage from 50% to below 100%, such as 99%")]
    [InlineData("confidence: [1]", "gate.yaml:1:13: confidence takes a single value")]
    [InlineData("figures: 3", "gate.yaml:1:10: figures holds rules by the names of figures, such as echo p99: { min-effect: 3% }")]
    [InlineData("figures: { echo p99: 3% }", "gate.yaml:1:22: echo p99 holds settings by their names, such as { min-effect: 3% } or { ignore: true }")]
    [InlineData("figures: { echo p99: { limit: fast } }", "gate.yaml:1:31: limit fast is no limit: write a duration such as 20ms, a rate such as 900/s, or a percentage such as 0.1%")]
    [InlineData("figures: { echo p99: { ignore: maybe } }", "gate.yaml:1:32: ignore maybe is neither true nor false")]
    [InlineData("figures: { echo p99: { limits: 2ms } }", "gate.yaml:1:24: there is no setting limits; did you mean limit?; there are min-effect, confidence, limit, ignore")]
    [InlineData("- a", "gate.yaml: rules are one map, such as min-effect: 5%")]
    [InlineData("", "gate.yaml: rules are one map, such as min-effect: 5%")]
    public void A_mistake_is_told_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => GateRulesFile.Parse("gate.yaml", text)).Message);

    [Fact]
    public void What_is_no_YAML_is_told_with_its_place() =>
        Assert.StartsWith("gate.yaml:2:1: ", Assert.Throws<UsageException>(() => GateRulesFile.Parse("gate.yaml", "figures: [")).Message);
}
