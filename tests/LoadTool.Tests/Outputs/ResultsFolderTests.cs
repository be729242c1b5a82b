using LoadTool.Outputs;

namespace LoadTool.Tests.Outputs;

public sealed class ResultsFolderTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 13, 5, 58, TimeSpan.FromHours(2));

    [Theory]
    [InlineData("echo", "20261121T110558Z_echo")]
    [InlineData("../a b/c:d", "20261121T110558Z_..-a-b-c-d")]
    [InlineData("naïve\n", "20261121T110558Z_na-ve-")]
    [InlineData("..", "20261121T110558Z_run")]
    [InlineData("", "20261121T110558Z_run")]
    public void A_folder_is_named_by_utc_time_and_a_safe_name(string name, string folder) =>
        Assert.Equal(Path.Combine("results", folder), ResultsFolder.For(At, name, _ => false));

    [Fact]
    public void A_folder_that_exists_is_not_used_again()
    {
        string[] taken = [Path.Combine("results", "20261121T110558Z_echo"), Path.Combine("results", "20261121T110558Z_echo-2")];

        Assert.Equal(Path.Combine("results", "20261121T110558Z_echo-3"), ResultsFolder.For(At, "echo", taken.Contains));
    }

    [Fact]
    public void A_long_name_is_cut() =>
        Assert.Equal(Path.Combine("results", "20261121T110558Z_" + new string('x', 60)), ResultsFolder.For(At, new string('x', 300), _ => false));
}
