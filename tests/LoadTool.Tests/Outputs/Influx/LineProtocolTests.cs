using System.Text;
using LoadTool.Outputs.Influx;

namespace LoadTool.Tests.Outputs.Influx;

public sealed class LineProtocolTests
{
    private static readonly DateTimeOffset Moment = DateTimeOffset.UnixEpoch.AddTicks(17_637_231_581_234_567);

    [Fact]
    public void A_row_is_a_line_with_its_tags_fields_and_nanoseconds()
    {
        LineProtocol lines = new();
        lines.SetCommon([new("testid", "a b"), new("region", "eu")]);

        lines.Start("loadtool_", Moment);
        lines.Begin("steps");
        lines.Label("step", "echo");
        lines.Number("ok", 5);
        lines.Number("p99", 0.00001234567890123);
        lines.End();
        lines.Begin("loops");
        lines.Number("mean", -2.5);
        lines.End();

        Assert.Equal(
            "loadtool_steps,testid=a\\ b,region=eu,step=echo ok=5i,p99=1.234567890123E-05 1763723158123456700\n"
            + "loadtool_loops,testid=a\\ b,region=eu mean=-2.5 1763723158123456700\n",
            Encoding.UTF8.GetString(lines.Take()));
        Assert.Empty(lines.Take());
    }

    [Theory]
    [InlineData("plain-Ünicode 😀", "plain-Ünicode\\ 😀")]
    [InlineData("a,b=c d", "a\\,b\\=c\\ d")]
    [InlineData("a\nb\rc\td\0e\u007f", "a␊b␍c␉d␀e␡")]
    [InlineData(@"back\slash", @"back\slash")]
    [InlineData(@"back\,slash", @"back\\,slash")]
    [InlineData(@"at the end\", @"at\ the\ end＼")]
    [InlineData("\"quoted\"", "\"quoted\"")]
    public void Tags_are_escaped_and_stay_on_their_line(string value, string expected) => AssertTag(value, expected);

    [Fact]
    public void Half_of_a_pair_becomes_the_sign_for_what_cannot_be_shown() => AssertTag("half,\ud83d", "half\\,\ufffd");

    private static void AssertTag(string value, string expected)
    {
        LineProtocol lines = new();
        lines.Start("", Moment);
        lines.Begin("a");

        lines.Label("t", value);

        Assert.Equal($"a,t={expected}", Encoding.UTF8.GetString(lines.Take()));
    }
}
