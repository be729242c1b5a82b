using System.Text;
using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Figures;

namespace LoadTool.Tests.Outputs.Figures;

public sealed class MetricPathTests
{
    [Theory]
    [InlineData("plain-1", "plain-1")]
    [InlineData("a.b/c d", "a_b_c_d")]
    [InlineData("../../etc", "______etc")]
    [InlineData("Ü\n😀", "____")]
    [InlineData("", "_")]
    public void A_label_is_one_part_of_a_name_whatever_it_holds(string label, string expected) =>
        Assert.Equal($"loadtool.steps.{expected}.ok", Name(TagStyle.None, label));

    [Theory]
    [InlineData("Ünicode/x.y", "Ünicode/x.y")]
    [InlineData("a;b=c d|e:f,g#h@i~j\n", "a_b_c_d_e_f_g_h_i_j_")]
    public void A_tag_keeps_what_cannot_be_mistaken_for_its_end(string label, string expected) =>
        Assert.Equal($"loadtool.steps.ok;testid=echo-20261121T110558Z;region=eu;step={expected}", Name(TagStyle.Graphite, label));

    [Fact]
    public void A_prefix_may_have_parts_and_the_testid() =>
        Assert.Equal("nightly.echo-20261121T110558Z.x_y.steps.a.ok", Name(TagStyle.None, "a", ("prefix", "nightly..{testid}.x y.")));

    [Fact]
    public void A_tag_of_the_run_by_the_name_of_a_label_is_left_out()
    {
        RunInfo run = PlantedRun.Info("echo");
        run = run with { Options = run.Options with { Tags = new Dictionary<string, string> { ["step"] = "x", ["testid"] = "mine", ["_x"] = "y", ["z"] = "", ["a"] = "b" } } };

        Assert.Equal([new("testid", "mine"), new("a", "b")], RunLabels.Of(run, Request()));
        Assert.Equal("set", RunLabels.Of(run, Request(("testid", "set")))[0].Value);
    }

    private static OutputRequest Request(params (string Name, string Value)[] settings) => new("graphite", null, settings.ToDictionary(setting => setting.Name, setting => setting.Value), "");

    private static string Name(TagStyle style, string label, params (string Name, string Value)[] settings)
    {
        MetricPath path = new(style);
        path.SetCommon(PlantedRun.Info("echo"), Request(settings));
        path.Begin("", "steps");
        path.Label("step", label);
        TextBuffer text = new();
        path.AddName(text, "ok");
        return Encoding.UTF8.GetString(text.Take());
    }
}
