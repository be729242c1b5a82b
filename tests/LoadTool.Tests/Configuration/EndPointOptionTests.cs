using LoadTool.Cli.Commands;
using LoadTool.Cli.Configuration;

namespace LoadTool.Tests.Configuration;

public sealed class EndPointOptionTests
{
    [Theory]
    [InlineData("true", "127.0.0.1:0")]
    [InlineData("0", "127.0.0.1:0")]
    [InlineData("8080", "127.0.0.1:8080")]
    [InlineData("localhost:8080", "127.0.0.1:8080")]
    [InlineData("0.0.0.0:65535", "0.0.0.0:65535")]
    [InlineData("[::1]:80", "[::1]:80")]
    [InlineData("false", null)]
    public void A_place_to_listen_is_a_port_or_an_address_with_one(string text, string? expected) =>
        Assert.Equal(expected, new OptionText("--ui", text).EndPoint()?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("::1")]
    [InlineData("::1:80")]
    [InlineData("host.example:80")]
    [InlineData("echo.csx")]
    public void Anything_else_is_refused_with_what_to_write(string text)
    {
        UsageException error = Assert.Throws<UsageException>(() => new OptionText("--ui", text).EndPoint());

        Assert.Contains("127.0.0.1:8080", error.Message);
        Assert.False(OptionText.IsEndPoint(text));
    }

    [Theory]
    [InlineData("run --ui echo.csx", "run --ui=true echo.csx")]
    [InlineData("run echo.csx --ui", "run echo.csx --ui=true")]
    [InlineData("run --ui --quiet echo.csx", "run --ui=true --quiet echo.csx")]
    [InlineData("run --ui 8080 echo.csx", "run --ui 8080 echo.csx")]
    [InlineData("run --ui=8080 echo.csx", "run --ui=8080 echo.csx")]
    [InlineData("run --vus 5 echo.csx", "run --vus 5 echo.csx")]
    public void An_option_that_stands_alone_takes_no_word_that_is_not_its_value(string given, string expected) =>
        Assert.Equal(expected, string.Join(' ', CommandLineLayer.WithLoneOptions(given.Split(' '))));
}
