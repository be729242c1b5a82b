using LoadTool.Analysis.Gates;
using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;

namespace LoadTool.Tests.Analysis.Gates;

public sealed class GateRuleTests
{
    [Theory]
    [InlineData("echo p99", "echo p99", true)]
    [InlineData("echo p99", "echo p99.9", false)]
    [InlineData("* p99", "echo p99", true)]
    [InlineData("p99", "echo p99", true)]
    [InlineData("p9*", "echo p99.9", true)]
    [InlineData("errors", "echo errors", true)]
    [InlineData("errors", "echo rate", false)]
    [InlineData("echo", "echo errors", true)]
    [InlineData("echo", "echo p50", true)]
    [InlineData("ech", "echo p50", false)]
    [InlineData("e*o *", "echo p50", true)]
    [InlineData("say hi p50", "say hi p50", true)]
    [InlineData("say hi", "say hi p50", true)]
    [InlineData("messages", "messages", true)]
    [InlineData("messages", "echo rate", false)]
    [InlineData("cpu", "cpu", true)]
    public void A_pattern_is_a_place_and_a_kind_and_either_may_be_left_out(string pattern, string figure, bool fits) =>
        Assert.Equal(fits, new GateRule(pattern, "").Matches(Name(figure)));

    [Fact]
    public void Of_several_rules_the_later_one_wins_setting_by_setting()
    {
        GateSettings settings = new()
        {
            MinEffect = 0.05,
            Rules = [new GateRule("p99", "") { MinEffect = 0.1, Limit = new GateLimit(0.02, FigureKind.Latency) }, new GateRule("echo", "") { MinEffect = 0.2 }, new GateRule("connect", "") { IsIgnored = true }],
        };

        Assert.Equal((0.2, 0.02), (settings.For(Name("echo p99")).MinEffect, settings.For(Name("echo p99")).Limit!.Value.Value));
        Assert.Equal((0.1, 0.05), (settings.For(Name("other p99")).MinEffect, settings.For(Name("other p50")).MinEffect));
        Assert.Equal((true, false), (settings.For(Name("connect p99")).IsIgnored, settings.For(Name("echo p99")).IsIgnored));
        Assert.Equal(GateSettings.ErrorsMinEffect, settings.For(Name("other errors")).MinEffect);
        Assert.Null(settings.For(Name("echo errors")).Limit);
    }

    [Fact]
    public void What_is_unusual_is_judged_when_a_rule_asks_for_it()
    {
        DigestFigure[] figures = [Figure("echo p99", isOfStep: true), Figure("echo p99.9", isOfStep: true), Figure("connect.tls p99", isOfStep: false), Figure("connect.tls p99.9", isOfStep: false), Figure("cpu", isOfStep: false)];
        RunDigest[] runs = [PlannedRuns.Planned(1, figures)];

        Assert.Equal("echo p99", Judged());
        Assert.Equal("echo p99, echo p99.9", Judged("p99.9"));
        Assert.Equal("echo p99", Judged("*"));
        Assert.Equal("echo p99, connect.tls p99", Judged("connect.tls"));
        Assert.Equal("echo p99, connect.tls p99.9", Judged("connect.tls p99.9"));
        Assert.Equal("echo p99, cpu", Judged("cpu"));

        string Judged(params string[] patterns) => string.Join(", ", Gate.Names(runs, new GateSettings { Rules = [.. patterns.Select(pattern => new GateRule(pattern, "") { MinEffect = 0.1 })] }));
    }

    private static DigestFigure Figure(string name, bool isOfStep) => new(Name(name), 1, 100_000, 1e-6, isOfStep);

    private static FigureName Name(string text)
    {
        string kind = text.Split(' ')[^1], place = text[..^kind.Length].TrimEnd();
        return kind[0] == 'p' ? new FigureName(place, FigureKind.Latency, double.Parse(kind[1..], null)) : new FigureName(place, Enum.Parse<FigureKind>(kind, ignoreCase: true));
    }
}
