using LoadTool.Outputs.Terminal;

namespace LoadTool.Tests.Outputs;

public sealed class TerminalModeTests
{
    [Theory]
    [InlineData(false, false, "", true, true)]
    [InlineData(true, false, "", false, false)]
    [InlineData(false, true, "", true, false)]
    [InlineData(false, false, "NO_COLOR=1", true, false)]
    [InlineData(false, false, "NO_COLOR=", true, true)]
    [InlineData(false, false, "CI=true", false, true)]
    [InlineData(false, false, "CI=false", true, true)]
    [InlineData(false, false, "TERM=dumb", false, false)]
    [InlineData(false, false, "TERM=xterm", true, true)]
    public void Colour_and_rewriting_need_a_terminal_and_nobody_who_objects(bool isRedirected, bool noColor, string variable, bool rewrites, bool hasColor)
    {
        string[] set = variable.Split('=');

        TerminalMode mode = TerminalMode.Detect(isRedirected, noColor, name => name == set[0] ? set[1] : null);

        Assert.Equal(new TerminalMode(rewrites, hasColor), mode);
    }
}
