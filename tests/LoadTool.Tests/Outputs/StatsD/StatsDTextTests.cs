using System.Text;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Figures;
using LoadTool.Outputs.StatsD;

namespace LoadTool.Tests.Outputs.StatsD;

public sealed class StatsDTextTests
{
    [Fact]
    public void Counts_are_counters_levels_and_percentiles_gauges_and_nothing_is_not_told()
    {
        Assert.Equal(
            "loadtool.steps.a_b.ok:5|c\nloadtool.steps.a_b.lost:-3|c\nloadtool.steps.a_b.users:0|g\nloadtool.steps.a_b.p99:0.25|g\nloadtool.steps.a_b.least:0|g\nloadtool.steps.a_b.least:-1.5|g\n",
            Written(TagStyle.None, isTotal: false));
    }

    [Fact]
    public void Totals_are_gauges_all_of_them()
    {
        Assert.StartsWith(
            "loadtool.total.steps.a_b.ok:5|g\nloadtool.total.steps.a_b.fail:0|g\nloadtool.total.steps.a_b.lost:0|g\nloadtool.total.steps.a_b.lost:-3|g\n", Written(TagStyle.None, isTotal: true));
    }

    [Theory]
    [InlineData("Datadog", "loadtool.steps.ok:5|c|#testid:echo-20261121T110558Z,region:eu,step:a b\n")]
    [InlineData("Graphite", "loadtool.steps.ok;testid=echo-20261121T110558Z;region=eu;step=a b:5|c\n")]
    public void Tags_stand_where_each_daemon_looks_for_them(string style, string expected) =>
        Assert.StartsWith(expected.Replace("a b", "a_b"), Written(Enum.Parse<TagStyle>(style), isTotal: false));

    private static string Written(TagStyle style, bool isTotal)
    {
        MetricPath path = new(style);
        path.SetCommon(PlantedRun.Info("echo"), new OutputRequest("statsd", null, new Dictionary<string, string>(), ""));
        StatsDText text = new(path);
        text.Start(isTotal);
        text.Begin("steps");
        text.Label("step", "a b");
        text.Number("ok", 5);
        text.Number("fail", 0);
        text.Number("lost", -3);
        text.Level("users", 0);
        text.Number("p99", 0.25);
        text.Number("least", -1.5);
        text.End();
        return Encoding.UTF8.GetString(text.Take());
    }
}
