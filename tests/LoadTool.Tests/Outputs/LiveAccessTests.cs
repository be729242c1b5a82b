using System.Net;
using LoadTool.Outputs.Live;

namespace LoadTool.Tests.Outputs;

public sealed class LiveAccessTests
{
    private static readonly string Token = LiveAccess.NewToken();

    [Theory]
    [InlineData("127.0.0.1:8080", true)]
    [InlineData("localhost:8080", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("127.0.0.1:8081", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("evil.example:8080", false)]
    [InlineData("127.0.0.1.evil.example:8080", false)]
    [InlineData("localhost.evil.example:8080", false)]
    [InlineData("a/b:8080", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_addresses_and_names_of_this_machine_are_answered(string? host, bool isOurs) =>
        Assert.Equal(isOurs, new LiveAccess(new IPEndPoint(IPAddress.Loopback, 8080), Token).IsOurs(host));

    [Fact]
    public void A_page_that_others_can_reach_is_seen_with_its_token_only()
    {
        LiveAccess access = new(IPEndPoint.Parse("192.0.2.7:8080"), Token);

        Assert.Equal($"http://192.0.2.7:8080/?token={Token}", access.Url);
        Assert.True(access.MaySee(Token));
        Assert.False(access.MaySee(null));
        Assert.False(access.MaySee(""));
        Assert.False(access.MaySee(Token[1..]));
        Assert.False(access.MaySee(LiveAccess.NewToken()));
        Assert.True(access.IsOurs($"{Dns.GetHostName()}:8080"));
    }

    [Fact]
    public void A_page_of_this_machine_alone_is_seen_without_and_its_buttons_still_take_the_token()
    {
        LiveAccess access = new(new IPEndPoint(IPAddress.IPv6Loopback, 8080), Token);

        Assert.Equal("http://[::1]:8080/", access.Url);
        Assert.True(access.MaySee(null));
        Assert.False(access.MayAct(null, origin: null, "[::1]:8080"));
        Assert.False(access.MayAct(Token, "http://evil.example", "[::1]:8080"));
        Assert.True(access.MayAct(Token, "http://[::1]:8080", "[::1]:8080"));
        Assert.True(access.MayAct(Token, origin: null, "[::1]:8080"));
    }

    [Fact]
    public void A_token_is_64_hexadecimal_digits_and_never_the_same()
    {
        Assert.Matches("^[0-9a-f]{64}$", Token);
        Assert.NotEqual(Token, LiveAccess.NewToken());
    }
}
