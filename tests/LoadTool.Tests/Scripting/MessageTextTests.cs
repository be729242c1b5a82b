using LoadTool.Cli.Scripting;

namespace LoadTool.Tests.Scripting;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData("foo();", 0, "^")]
    [InlineData("  foo();", 2, "  ^")]
    [InlineData("\tint x\t= \"s\";", 9, "\t     \t  ^")]
    [InlineData("", 3, "   ^")]
    public void The_caret_stands_under_the_column_behind_the_same_tabs(string line, int column, string expected) =>
        Assert.Equal(expected, CompileErrorText.CaretUnder(line, column));

    [Fact]
    public void A_compile_error_is_its_place_its_text_the_line_and_a_caret()
    {
        string path = Path.Combine(Environment.CurrentDirectory, "scenarios", "echo.csx");

        Assert.Equal("scenarios/echo.csx(2,8): error CS1525: Invalid expression term ';'\nvar x =;\n       ^", Errors("\nvar x =;", path).Replace('\\', '/'));
    }

    [Fact]
    public void A_file_outside_the_current_folder_is_named_in_full()
    {
        string path = Path.GetFullPath(Path.Combine(Environment.CurrentDirectory, "..", "echo.csx"));

        Assert.StartsWith($"{path}(1,8): error CS1525: ", Errors("var x =;", path));
    }

    [Fact]
    public void Errors_stand_in_the_order_of_their_lines_and_only_the_first_twenty()
    {
        string[] lines = Errors(string.Concat(Enumerable.Repeat("var x =;\n", 23)), Path.GetFullPath("a.csx")).Split('\n');

        Assert.Equal(20 * 3 + 1, lines.Length);
        Assert.StartsWith("a.csx(1,8)", lines[0]);
        Assert.StartsWith("a.csx(20,8)", lines[57]);
        Assert.Equal("and 3 more errors", lines[60]);
    }

    [Fact]
    public void The_script_is_named_as_the_user_wrote_it_and_what_is_below_relative()
    {
        PathDisplay display = new(Path.Combine("..", "echo.csx"));

        Assert.Equal(Path.Combine("..", "echo.csx"), display.Name(Path.GetFullPath(Path.Combine("..", "echo.csx"))));
        Assert.Equal(Path.Combine("lib", "a.csx"), display.Name(Path.GetFullPath(Path.Combine("lib", "a.csx"))));
        Assert.Equal(Path.GetFullPath(Path.Combine("..", "other.csx")), display.Name(Path.GetFullPath(Path.Combine("..", "other.csx"))));
    }

    private static string Errors(string text, string path) =>
        CompileErrorText.Of(ScriptBuild.Parse(System.Text.Encoding.UTF8.GetBytes(text), path).GetDiagnostics(), new PathDisplay("echo.csx"));
}
