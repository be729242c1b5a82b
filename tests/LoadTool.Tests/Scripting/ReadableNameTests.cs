using LoadTool.Cli.Scripting;

namespace LoadTool.Tests.Scripting;

public sealed class ReadableNameTests
{
    [Theory]
    [InlineData("Connect", "Connect")]
    [InlineData("<Connect>d__3", "Connect")]
    [InlineData("<Connect>d__3`1", "Connect")]
    [InlineData("<<Initialize>>d__0", null)]
    [InlineData("<Initialize>", null)]
    [InlineData("<Initialize>d__7", "Initialize")]
    [InlineData("<<Initialize>>b__0_0", "lambda")]
    [InlineData("<<<Initialize>>b__0_0>d", "lambda")]
    [InlineData("<Run>g__Connect|0_1", "Connect")]
    [InlineData("<<Run>g__Connect|0_1>d", "Connect")]
    [InlineData("<Run>b__0", "lambda")]
    public void The_names_of_the_compiler_become_the_names_of_the_source(string metadata, string? expected) => Assert.Equal(expected, ReadableName.Unwrap(metadata));
}
