using LoadTool.Outputs;

namespace LoadTool.Tests.Outputs;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain, [red]markup[/] and <script>", "plain, [red]markup[/] and <script>")]
    [InlineData("two\r\nlines\tand a tab", @"two\r\nlines\tand a tab")]
    [InlineData("\x1b[31mred\x1b[0m", @"\x1b[31mred\x1b[0m")]
    [InlineData("\0\b\x7f\x9b", @"\x00\x08\x7f\x9b")]
    [InlineData("left\u202eright\u2028\u2066", @"left\u{202e}right\u{2028}\u{2066}")]
    [InlineData("µs λ 漢 😀", "µs λ 漢 😀")]
    [InlineData("", "")]
    public void What_would_act_on_a_terminal_is_shown_instead(string text, string shown) => Assert.Equal(shown, VisibleText.OneLine(text));

    /// <summary>Not a row of the table: an attribute cannot hold such a string.</summary>
    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("half a pair \ufffd!", VisibleText.OneLine("half a pair \ud83d!"));

    [Theory]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    [InlineData("123\n56", 5, "123…")]
    [InlineData("123😀5", 5, "123…")]
    [InlineData("12345", 1, "…")]
    public void Long_text_is_cut_between_characters(string text, int maxLength, string shown) => Assert.Equal(shown, VisibleText.OneLine(text, maxLength));
}
