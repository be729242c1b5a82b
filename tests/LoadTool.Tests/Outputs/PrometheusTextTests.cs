using System.Buffers;
using System.Text;
using LoadTool.Outputs.Files;
using LoadTool.Outputs.Prometheus;

namespace LoadTool.Tests.Outputs;

public sealed class PrometheusTextTests
{
    [Fact]
    public void A_run_is_written_with_every_figure_it_has()
    {
        // Sixty lines of buckets for each histogram show no more than those of one family.
        IEnumerable<string> lines = Encoding.UTF8.GetString(PrometheusText.Of(PlantedRun.Typical())).Replace(ToolVersion.Text, "VERSION", StringComparison.Ordinal).Split('\n')
            .Where(line => !line.Contains("_bucket{", StringComparison.Ordinal) || line.StartsWith("loadtool_ws_message_rtt_seconds", StringComparison.Ordinal));
        Snapshots.AssertEqual("metrics.expected.prom", string.Join('\n', lines));
    }

    [Fact]
    public void A_run_in_which_nothing_happened_is_written_too()
    {
        string text = Encoding.UTF8.GetString(PrometheusText.Of(PlantedRun.Result([], [])));
        Assert.Contains("\nloadtool_ws_messages_sent_total{region=\"eu\",testid=\"echo-20261121T110558Z\"} 0\n", text);
        Assert.DoesNotContain("_bucket", text);
        Assert.DoesNotContain("NaN", text);
    }

    [Fact]
    public void OpenMetrics_differs_in_titles_and_in_its_last_line_only()
    {
        Exposition exposition = Exposition.Of(RunMetrics.Of(PlantedRun.Typical()).Table);
        string plain = Text(exposition, isOpenMetrics: false);
        string open = Text(exposition, isOpenMetrics: true);
        Assert.Equal(Lines(plain), Lines(open));
        Assert.EndsWith("\n# EOF\n", open);
        Assert.Contains("# TYPE loadtool_run info\n", open);
        Assert.Contains("# TYPE loadtool_ws_steps counter\n", open);
        Assert.Contains("# TYPE loadtool_ws_message_rtt_seconds histogram\n# UNIT loadtool_ws_message_rtt_seconds seconds\n", open);
        Assert.Contains("# TYPE loadtool_run_info gauge\n", plain);
        Assert.Contains("# TYPE loadtool_ws_steps_total counter\n", plain);

        static string[] Lines(string text) => [.. text.Split('\n').Where(line => !line.StartsWith('#'))];
    }

    [Fact]
    public void Text_of_scripts_and_servers_is_escaped_in_labels_and_help()
    {
        SeriesTable table = new([new("testid", "a\\b\"c\nd")], limit: 10);
        table.Find(table.Family("f", FamilyKind.Gauge, "help \\ \" \n.", SampleShape.Gauge, "step"), "π {}=,\ud800")!.Value = 1;
        Exposition exposition = Exposition.Of(table);
        Assert.Equal("# HELP f help \\\\ \" \\n.\n# TYPE f gauge\nf{step=\"π {}=,\ufffd\",testid=\"a\\\\b\\\"c\\nd\"} 1\n", Text(exposition, isOpenMetrics: false));
        Assert.StartsWith("# HELP f help \\\\ \\\" \\n.\n", Text(exposition, isOpenMetrics: true));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(9_007_199_254_740_992, "9007199254740992")]
    [InlineData(1e300, "1E+300")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-9, "1E-09")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void A_number_is_written_with_all_its_digits(double value, string written)
    {
        SeriesTable table = new([], limit: 1);
        table.Find(table.Family("f", FamilyKind.Gauge, "", SampleShape.Gauge))!.Value = value;
        Assert.EndsWith($"\nf {written}\n", Text(Exposition.Of(table), isOpenMetrics: false));
    }

    [Fact]
    public void An_exposition_does_not_change_when_the_run_goes_on()
    {
        SeriesTable table = new([], limit: 2);
        MetricFamily family = table.Family("f", FamilyKind.Gauge, "", SampleShape.Gauge, "x");
        table.Find(family, "1")!.Value = 1;
        Exposition before = Exposition.Of(table);
        table.Find(family, "1")!.Value = 2;
        table.Find(family, "2")!.Value = 3;
        Exposition after = Exposition.Of(table, before);
        Assert.EndsWith("gauge\nf{x=\"1\"} 1\n", Text(before, isOpenMetrics: false));
        Assert.EndsWith("gauge\nf{x=\"1\"} 2\nf{x=\"2\"} 3\n", Text(after, isOpenMetrics: false));
    }

    private static string Text(Exposition exposition, bool isOpenMetrics)
    {
        ArrayBufferWriter<byte> text = new();
        PrometheusText.Write(exposition, isOpenMetrics, text);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
