using System.Text.Json;
using LoadTool.Analysis.Capacity;
using LoadTool.Analysis.Documents;
using LoadTool.Outputs.Files;

namespace LoadTool.Tests.Analysis.Capacity;

/// <summary>What people and programs read of a search.</summary>
public sealed class CapacityDocumentTests
{
    [Fact]
    public async Task A_capacity_is_told_with_its_limit_its_headroom_and_every_trial()
    {
        CapacityReport report = await ReportAsync(new QueueingTarget(4, 200, [Objective.Parse("work: p(99) < 40ms")], seed: 1), expected: 2_000);

        Document document = CapacityDocument.Of(report, "work");

        string console = ConsoleText.Of(document), page = HtmlPage.Of(document);
        Assert.StartsWith("the target carries about ", console);
        Assert.Contains("the limit is the target's latency.", console.ReplaceLineEndings(" "));
        Assert.Contains("2,000/s is not carried", console);
        Assert.Contains("targets like this one if they share nothing", console.ReplaceLineEndings(" ").Replace("  ", " "));
        Assert.Contains("Latency over load", page);
        Assert.Contains("<svg", page);
        Assert.Contains("| held | confirm |", MarkdownText.Of(document));
        JsonElement json = Json(report);
        Assert.Equal("found", json.GetProperty("outcome").GetString());
        Assert.Equal("target_latency", json.GetProperty("limit").GetString());
        Assert.Equal(report.Capacity!.Value.Estimate, json.GetProperty("capacity").GetProperty("estimate").GetDouble());
        Assert.Equal(report.Found.Trials.Count, json.GetProperty("trials").GetArrayLength());
        Assert.True(json.GetProperty("headroom").GetProperty("high").GetDouble() < 0);
    }

    [Fact]
    public async Task A_generator_that_gave_way_is_told_and_no_number_is_given_for_the_target()
    {
        CapacityReport report = await ReportAsync(new QueueingTarget(4, 200, [Objective.Parse("work: p(99) < 40ms")], seed: 1) { GeneratorCarries = 300 }, expected: 250);

        string console = ConsoleText.Of(CapacityDocument.Of(report, "work"));

        Assert.StartsWith("cannot tell: the generator gave way before the target, at ", console);
        Assert.Contains("An event loop was full.", console);
        Assert.DoesNotContain("carries about", console);
        JsonElement json = Json(report);
        Assert.Equal(("generator_limited", "generator"), (json.GetProperty("outcome").GetString(), json.GetProperty("limit").GetString()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (json.GetProperty("capacity").ValueKind, json.GetProperty("confirmed").ValueKind));
    }

    [Theory]
    [InlineData("work: p(99) < 5ms", 1_800, "the target does not keep its objectives at the smallest load tried")]
    [InlineData("other: p(99) < 5ms", 1_800, "cannot tell: no load was shown to hold: too little was counted for \"other: p(99) < 5ms\"; ask for what")]
    [InlineData("work: p(99) < 40ms", 50, "cannot tell: ")]
    public async Task What_cannot_be_told_is_no_number(string objective, int budgetSeconds, string expected)
    {
        CapacityReport report = await ReportAsync(new QueueingTarget(4, 200, [Objective.Parse(objective)], seed: 1), expected: null, TimeSpan.FromSeconds(budgetSeconds));

        Assert.StartsWith(expected, ConsoleText.Of(CapacityDocument.Of(report, "work")).ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Null, Json(report).GetProperty("capacity").ValueKind);
    }

    private static JsonElement Json(CapacityReport report) => JsonDocument.Parse(JsonFile.Bytes(writer => new CapacityJson(writer).Write(report))).RootElement;

    private static async Task<CapacityReport> ReportAsync(ILoadProbe target, double? expected, TimeSpan? budget = null)
    {
        SearchPlan plan = new(LoadKind.Rate, From: 10, Least: TimeSpan.FromSeconds(5), Longest: TimeSpan.FromSeconds(60), budget ?? TimeSpan.FromMinutes(30));
        return new CapacityReport(plan, await new CapacitySearch(target, plan, _ => { }).RunAsync(CancellationToken.None), expected);
    }
}
