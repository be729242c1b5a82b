using System.Globalization;
using System.Text.Json;

namespace LoadTool.EndToEnd.Receivers;

public sealed class StatsDTests
{
    private const string Scenario = "chat___loud__1";
    private const string Step = "say__hi__again___";

    [Fact]
    public async Task Counters_and_gauges_over_UDP_are_the_figures_of_summary_json()
    {
        await using LineListener listener = LineListener.OfUdp();
        using RichRun run = await RichRun.ToAsync($"statsd=127.0.0.1:{listener.Port}");
        IReadOnlyList<string> lines = await listener.LinesAsync(until: "loadtool.total.loops.0.allocated_bytes:");

        Assert.All(listener.Datagrams, bytes => Assert.InRange(bytes, 1, 1_432));
        Assert.InRange(listener.Datagrams.Max(), 1_000, 1_432);
        AssertFigures(run, lines, number => $"loadtool.steps.{Scenario}.{Step}.{number}", number => $"loadtool.total.steps.{Scenario}.{Step}.{number}", "loadtool.intervals.messages_sent", "");
        Assert.Equal(-1.5, Gauge(lines, "loadtool.gauges.queue_length.min"));
    }

    [Theory]
    [InlineData("datadog", "steps.ok", "|#testid:night's_\"run\"__7,region:eu__\"west\",scenario:chat__\"loud\"_1,step:say_'hi'_again\\_Ü")]
    [InlineData("graphite", "steps.ok;testid=night's_\"run\"__7;region=eu__\"west\";scenario=chat__\"loud\"_1;step=say_'hi'_again\\_Ü", "")]
    public async Task Tags_bear_the_labels_over_TCP_if_asked_for(string style, string name, string tail)
    {
        await using LineListener listener = LineListener.OfTcp();
        using RichRun run = await RichRun.ToAsync($"statsd=tcp://localhost:{listener.Port}", ("statsd.tags", style), ("statsd.prefix", "nightly.loadtool"));
        IReadOnlyList<string> lines = await listener.LinesAsync();

        AssertFigures(
            run, lines, number => $"nightly.loadtool.{name.Replace(".ok", $".{number}")}", number => $"nightly.loadtool.total.{name.Replace(".ok", $".{number}")}",
            $"nightly.loadtool.intervals.messages_sent{(tail.Length > 0 ? "" : name[8..name.IndexOf(";scenario")])}", tail);
    }

    private static void AssertFigures(RichRun run, IReadOnlyList<string> lines, Func<string, string> interval, Func<string, string> total, string sent, string tail)
    {
        foreach (string count in new[] { "ok", "fail", "interrupted" })
        {
            double expected = run.Step.GetProperty(count).GetProperty("count").GetDouble();
            Assert.Equal(expected, Counter(lines, interval(count), tail));
            Assert.Equal(expected, Gauge(lines, total(count), tail));
        }

        JsonElement latency = run.Step.GetProperty("latency");
        foreach (string point in new[] { "mean", "min", "p50", "p75", "p95", "p99", "p999", "max" })
            Assert.Equal(latency.GetProperty(point).GetDouble(), Gauge(lines, total($"latency_{point}_seconds"), tail));
        Assert.Equal(
            run.Summary.GetProperty("messages").GetProperty("sent").GetDouble(), Counter(lines, sent, tail.Length == 0 ? "" : tail[..tail.IndexOf(",scenario")]));
    }

    private static double Counter(IReadOnlyList<string> lines, string name, string tail = "") =>
        lines.Where(line => IsOf(line, name, tail)).Sum(line => Value(line, $"{name}:", $"|c{tail}"));

    private static double Gauge(IReadOnlyList<string> lines, string name, string tail = "") =>
        Value(lines.Last(line => IsOf(line, name, tail)), $"{name}:", $"|g{tail}");

    private static bool IsOf(string line, string name, string tail) => line.StartsWith($"{name}:", StringComparison.Ordinal) && line.EndsWith(tail, StringComparison.Ordinal);

    private static double Value(string line, string before, string after)
    {
        Assert.EndsWith(after, line);
        return double.Parse(line[before.Length..^after.Length], CultureInfo.InvariantCulture);
    }
}
