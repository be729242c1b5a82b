using FsCheck;
using FsCheck.Fluent;
using LoadTool.Outputs.Files;

namespace LoadTool.Tests.Outputs;

public sealed class HistogramTagTests
{
    [Theory]
    [InlineData("echo", "echo")]
    [InlineData("GET /chat:1", "GET%20/chat:1")]
    [InlineData("a.b", "a%2Eb")]
    [InlineData("a,b\r\n\"%", "a%2Cb%0D%0A%22%25")]
    [InlineData("@iterations", "%40iterations")]
    [InlineData("λ😀", "%CE%BB%F0%9F%98%80")]
    [InlineData("", "")]
    public void A_name_is_percent_encoded(string name, string encoded) => Assert.Equal(encoded, HistogramTag.Encode(name));

    /// <summary>Not a row of the table: an attribute cannot hold such a string.</summary>
    [Fact]
    public void Half_a_surrogate_pair_keeps_its_number() => Assert.Equal("%uD83D%21", HistogramTag.Encode("\ud83d!"));

    [Fact]
    public void Names_that_would_become_one_tag_do_not()
    {
        (string Scenario, string Step)[] names = [("a.b", "c"), ("a", "b.c"), ("a", "b"), ("a", "b.uncorrected"), ("a", "@iterations"), ("a b", "c"), ("a%20b", "c"), ("a", "")];
        List<string> tags = [.. names.Select(name => HistogramTag.OfStep(PlantedRun.Figures(name.Scenario, name.Step)))];
        tags.Add(HistogramTag.OfIterations(PlantedRun.Figures("a", "")));
        tags.AddRange(tags.Select(HistogramTag.Uncorrected).ToArray());

        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Fact]
    public void Different_names_have_different_tags() => Prop.ForAll<string, string>((one, other) =>
    {
        one ??= "";
        other ??= "";
        return one == other || HistogramTag.Encode(one) != HistogramTag.Encode(other);
    }).QuickCheckThrowOnFailure();
}
