using System.Text;
using System.Text.Json;
using LoadTool.Outputs.Figures;
using LoadTool.Outputs.PostgreSql;

namespace LoadTool.Tests.Outputs.PostgreSql;

public sealed class PostgresOutputTests
{
    [Theory]
    [InlineData("a\0b", "a\ufffdb")]
    [InlineData("\0\0", "\ufffd\ufffd")]
    [InlineData(@"\u0000", @"\u0000")]
    [InlineData("\\\0", "\\\ufffd")]
    [InlineData("\\", "\\")]
    [InlineData("plain \"Ü\"\n", "plain \"Ü\"\n")]
    public void Text_keeps_a_sign_of_the_character_that_PostgreSQL_does_not_have(string text, string expected) => Assert.Equal(expected, Stored(text));

    [Fact]
    public void Half_of_a_pair_does_not_break_a_piece() => Assert.Equal("a\ufffdb", Stored("a\ud83db"));

    private static string? Stored(string text)
    {
        using JsonRows rows = new();
        rows.Start("total_");
        rows.Begin("steps");
        rows.Label("step", text);
        rows.Number("ok", 1);
        rows.End();
        byte[] json = PostgresOutput.Storable(rows.Take());
        Assert.DoesNotContain("\\u0000", Encoding.UTF8.GetString(json).Replace(@"\\", ""));
        return JsonDocument.Parse(json).RootElement.GetProperty("total_steps")[0].GetProperty("step").GetString();
    }
}
