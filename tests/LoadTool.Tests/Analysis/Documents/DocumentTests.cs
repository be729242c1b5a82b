using System.Xml.Linq;
using LoadTool.Analysis.Documents;

namespace LoadTool.Tests.Analysis.Documents;

public sealed class DocumentTests
{
    private const string Hostile = "<script>alert(1)</script> | [x](http://e.vil) @team #7 `c` \"q\" \u001b[31mred";

    private static readonly Document Typical = new(
        Hostile,
        $"echo is slower: {Hostile}",
        Tone.Bad,
        [
            new Heading("Figures"),
            new Paragraph(string.Join(' ', Enumerable.Repeat("word", 60))),
            new Bullets([Hostile]),
            new Table([new(Hostile), new("p99", IsNumber: true)], [new([Hostile, "1.2 ms"], Tone.Bad), new(["echo", "900 µs"])], "what was seen"),
            new Chart(
                "p99 by run",
                new ChartAxis("run", value => $"{value}") { Categories = ["a", Hostile, "c"] },
                new ChartAxis("p99", value => $"{value} s") { IsLogarithmic = true },
                [new ChartSeries(Hostile, [new(0, 0.001), new(1, 0.01, 0.005, 0.02), new(2, 0)]), new ChartSeries("base", [new(0, 0.002)])],
                [new ChartMark(0.005, "limit", IsVertical: false), new ChartMark(1, Hostile, IsVertical: true)]),
            new Chart("of nothing", new ChartAxis("x", value => $"{value}"), new ChartAxis("y", value => $"{value}"), [new ChartSeries("none", [])], []),
        ]);

    [Fact]
    public void The_console_has_the_verdict_first_and_tables_in_columns_and_no_cursor_codes()
    {
        string[] lines = ConsoleText.Of(Typical).Split('\n');

        Assert.StartsWith("worse: echo is slower: <script>", lines[0]);
        Assert.DoesNotContain(lines, line => line.Contains('\u001b'));
        Assert.All(lines.Where(line => line.StartsWith("word", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 1, 100));
        Assert.Equal(60, lines.Where(line => line.StartsWith("word", StringComparison.Ordinal)).Sum(line => line.Split(' ').Length));
        string head = lines.Single(line => line.EndsWith(" p99", StringComparison.Ordinal)), row = lines.Single(line => line.StartsWith("echo ", StringComparison.Ordinal) && line.EndsWith("900 µs", StringComparison.Ordinal));
        Assert.Equal(head.Length, row.Length);
    }

    [Fact]
    public void Markdown_shows_what_scripts_and_servers_wrote_and_interprets_nothing_of_it()
    {
        string markdown = MarkdownText.Of(Typical);

        Assert.StartsWith("## ", markdown);
        Assert.DoesNotContain("<script", markdown);
        Assert.DoesNotContain("](", markdown);
        Assert.DoesNotContain("http://", markdown);
        Assert.DoesNotContain("@team", markdown);
        Assert.DoesNotContain("#7", markdown.Replace("&#", ""));
        Assert.DoesNotContain('`', markdown);
        string[] rows = [.. markdown.Split('\n').Where(line => line.StartsWith('|'))];
        Assert.Equal(4, rows.Length);
        Assert.All(rows, row => Assert.Equal(3, row.Count(letter => letter == '|')));
    }

    [Fact]
    public void A_page_is_well_formed_holds_no_script_and_shows_every_text_as_text()
    {
        string html = HtmlPage.Of(Typical);

        XDocument page = XDocument.Parse(html.Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
            .Replace("initial-scale=1\">", "initial-scale=1\"/>", StringComparison.Ordinal)
            .Replace("form-action 'none'\">", "form-action 'none'\"/>", StringComparison.Ordinal)
            .Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain("href", html);
        Assert.DoesNotContain("src=", html);
        Assert.Contains("default-src 'none'", html);
        Assert.Equal(2, page.Descendants("table").First().Descendants("tr").Count() - 1);
        XElement figure = Assert.Single(page.Descendants("figure"));
        Assert.Equal(3, figure.Descendants("circle").Count(circle => circle.Element("title") is not null));
        Assert.Equal(2, figure.Descendants("path").Count(path => (string?)path.Attribute("class") == "mark"));
        Assert.Contains(page.Descendants("h1"), heading => heading.Value.Contains("<script>alert(1)</script>"));
    }

    [Fact]
    public void A_logarithmic_axis_puts_equal_factors_at_equal_distances()
    {
        ChartScale scale = new(new ChartAxis("latency", value => $"{value}") { IsLogarithmic = true }, [0.001, 1], 0, 300);

        Assert.Equal(scale.At(0.1) - scale.At(0.01), scale.At(1) - scale.At(0.1), tolerance: 1e-9);
        Assert.Contains(scale.Ticks(6), tick => tick.Value == 0.01);
        Assert.False(scale.Holds(0));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(0, 0)]
    [InlineData(-3, 8)]
    [InlineData(1e-9, 2e-9)]
    public void An_axis_of_any_values_has_a_place_for_each_and_a_few_round_ticks(double low, double high)
    {
        ChartScale scale = new(new ChartAxis("value", value => $"{value}"), [low, high], 0, 300);

        Assert.InRange(scale.At(low), -1e-9, 300 + 1e-9);
        Assert.InRange(scale.At(high), -1e-9, 300 + 1e-9);
        Assert.InRange(scale.Ticks(6).Count(), 2, 14);
    }
}
