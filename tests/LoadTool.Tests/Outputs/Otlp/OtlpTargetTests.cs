using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Otlp;

namespace LoadTool.Tests.Outputs.Otlp;

public sealed class OtlpTargetTests
{
    private const string Grpc = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    [Theory]
    [InlineData(null, "", "", "http://127.0.0.1:4318/v1/metrics", false)]
    [InlineData("http://h:4317", "", "", "http://h:4317" + Grpc, true)]
    [InlineData("https://h", "", "", "https://h/v1/metrics", false)]
    [InlineData("https://h/otlp/", "", "", "https://h/otlp/v1/metrics", false)]
    [InlineData("https://h/otlp/v1/metrics", "", "", "https://h/otlp/v1/metrics", false)]
    [InlineData("https://h", "protocol=grpc", "", "https://h" + Grpc, true)]
    [InlineData("http://h:4317", "protocol=http/protobuf", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "http://h:4317/v1/metrics", false)]
    [InlineData(null, "", "OTEL_EXPORTER_OTLP_ENDPOINT=http://e:1/x", "http://e:1/x/v1/metrics", false)]
    [InlineData(null, "", "OTEL_EXPORTER_OTLP_ENDPOINT=http://e:1 OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://m:2/as-it-is", "http://m:2/as-it-is", false)]
    [InlineData("http://t:3", "", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://m:2/", "http://t:3/v1/metrics", false)]
    [InlineData(null, "", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_EXPORTER_OTLP_ENDPOINT=", "http://127.0.0.1:4318" + Grpc, true)]
    [InlineData("http://u:p@h", "", "", "http://h/v1/metrics", false)]
    public void Target_settings_and_OpenTelemetry_s_variables_say_where_and_how(string? target, string settings, string environment, string url, bool isGrpc)
    {
        OtlpTarget of = Of(target, settings, environment);

        Assert.Equal((url, isGrpc), (of.Url.ToString(), of.IsGrpc));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("temporality=delta", "", false)]
    [InlineData("temporality=cumulative", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta", true)]
    [InlineData("", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=LowMemory", false)]
    public void Sums_are_cumulative_unless_asked_otherwise(string settings, string environment, bool isCumulative) =>
        Assert.Equal(isCumulative, Of("http://h", settings, environment).IsCumulative);

    [Fact]
    public void Headers_are_decoded()
    {
        OtlpTarget of = Of("http://h", "", "OTEL_EXPORTER_OTLP_HEADERS=Authorization=Basic%20YTpi,x-tenant=a=b");

        Assert.Equal([new("Authorization", "Basic YTpi"), new("x-tenant", "a=b")], of.Headers);
    }

    [Theory]
    [InlineData("ftp://geheim", "", "output otlp: its target is no URL of http or https: write one such as http://127.0.0.1:4318")]
    [InlineData("http://h", "protocol=geheim", "output otlp: setting otlp.protocol is neither grpc nor http/protobuf")]
    [InlineData("http://h", "temporality=geheim", "output otlp: setting otlp.temporality is neither cumulative nor delta")]
    [InlineData("http://h", "headers=geheim", "output otlp: setting otlp.headers is no list of headers: write name=value,name=value, percent-encoded")]
    [InlineData("http://h", "headers=a=geheim%0D%0Ab", "output otlp: setting otlp.headers is no list of headers: write name=value,name=value, percent-encoded")]
    public void A_mistake_is_one_line_with_the_remedy(string target, string settings, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => Of(target, settings, "")).Message);

    private static OtlpTarget Of(string? target, string settings, string environment)
    {
        Dictionary<string, string> variables = Pairs(environment);
        return OtlpTarget.Of(new OutputRequest("otlp", target, Pairs(settings), ""), variables.GetValueOrDefault);
    }

    private static Dictionary<string, string> Pairs(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair.Split('=', 2)[0], pair => pair.Split('=', 2)[1]);
}
