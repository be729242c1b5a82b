using System.Text.Json;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Judging;

public sealed class CompareTests
{
    private const string Echo = """
        using Windows.Networking.Sockets;
        var hello = Payload.Text(bytes: int.Parse(Env.GetValueOrDefault("size", "64")));
        Scenario.Create("echo", async user =>
        {
            using var socket = new MessageWebSocket();
            await socket.ConnectAsync(user.Target);
            await foreach (var turn in user.Pace(perSecond: 100))
            {
                using var step = Step.Begin("echo", user, turn);
                await socket.SendAsync(hello);
                step.Ok(await socket.ReceiveAsync());
            }
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 5, during: TimeSpan.FromMilliseconds(500)));
        """;

    [Fact]
    public async Task Nagle_s_algorithm_is_found_to_be_worse_for_two_writes_and_a_read_and_the_experiment_can_be_judged_again()
    {
        using WorkFolder folder = new();
        File.Copy(Path.Combine(Repository.Root, "scenarios", "nagle.csx"), Path.Combine(folder.Root, "nagle.csx"));

        (int exitCode, string output, string error) = await Tool.RunAsync(
            folder.Root, "compare", "nagle.csx", "--vary", "nagle=off,on", "--blocks", "6", "--duration", "1s", "--min-effect", "50%", "--results", "out", "--seed", "1", "--force");
        (int again, string judgedAgain, _) = await Tool.RunAsync(folder.Root, "compare", "out", "--json", "again.json", "--force");

        Assert.Equal(6, error.Split('\n').Count(line => line.StartsWith("block ", StringComparison.Ordinal)));
        Assert.Equal((0, 0), (exitCode, again));
        Assert.Equal(output.Replace("results in out, seed 1\n", "", StringComparison.Ordinal), judgedAgain);
        Assert.Equal(File.ReadAllText(Path.Combine(folder.Root, "out", "comparison.json")), File.ReadAllText(Path.Combine(folder.Root, "again.json")));
        JsonElement comparison = JsonElement.Parse(File.ReadAllText(Path.Combine(folder.Root, "again.json"))).GetProperty("comparisons")[0];
        JsonElement p50 = comparison.GetProperty("figures").EnumerateArray().Single(figure => figure.GetProperty("figure").GetString() == "write-write-read p50");
        Assert.Equal(("nagle=off", "nagle=on"), (comparison.GetProperty("base").GetString(), comparison.GetProperty("new").GetString()));
        Assert.Equal("worse", p50.GetProperty("verdict").GetString());
        Assert.True(p50.GetProperty("new").GetDouble() > 0.03, output);
        Assert.True(p50.GetProperty("difference_low").GetDouble() > 0.5, output);
        Assert.Contains("Content-Security-Policy", File.ReadAllText(Path.Combine(folder.Root, "out", "comparison.html")));
        Assert.Contains("## nagle", File.ReadAllText(Path.Combine(folder.Root, "out", "comparison.md")));
    }

    [Theory]
    [InlineData("compare echo.csx", 104, "error: compare echo.csx: say what varies, such as --vary nagle=on,off")]
    [InlineData("compare echo.csx --vary sise=1,2", 104, "error: --vary sise: echo.csx reads no Env[\"sise\"], and it is none of nagle, send-buffer, ")]
    [InlineData("compare echo.csx --vary loosp=1,2", 104, "; did you mean loops?")]
    [InlineData("compare echo.csx --vary nagle=yes,no", 104, "error: --vary: nagle is on or off, not yes")]
    [InlineData("compare echo.csx --vary loops=1", 104, "error: --vary loops=1: write a name and 2 to 8 different values, such as nagle=on,off")]
    [InlineData("compare echo.csx --vary nagle=on,off --blocks 0", 104, "error: --blocks 0: write 1 to 999")]
    [InlineData("compare echo.csx --vary nagle=on,off --min-effect 5", 104, "error: --min-effect 5 is no difference: write a percentage above 0% and below 100%, such as 5%")]
    [InlineData("compare echo.csx --vary size=1,none --blocks 1 --results out", 104, "error: the run of size=none in ")]
    [InlineData("compare echo.csx --vary loops=1,2 --loops 1", 104, "error: --vary loops and --loops contradict each other: leave one out")]
    [InlineData("compare echo.csx --vary nagle=on,off --socket nagle=on", 104, "error: --vary nagle and --socket nagle= contradict each other: leave one out")]
    [InlineData("compare echo.csx --vary size=1,2 --env size=3", 104, "error: --vary size and --env size= contradict each other: leave one out")]
    [InlineData("compare echo.csx --vary nagle=on,off --vary size=1,2", 104, "error: Option '--vary' expects a single argument but 2 were provided")]
    [InlineData("compare echo.csx --vary nagle=on,off --results echo.csx", 104, "error: --results echo.csx cannot be written: ")]
    [InlineData("compare echo.csx --vary nagle=on,off --page .", 104, "error: --page .: this is a folder: name a file in it")]
    [InlineData("compare echo.csx --vary nagle=on,off --json /proc/answer.json", 104, "error: --json /proc/answer.json: it cannot be written: ")]
    [InlineData("compare echo.csx --vary nagle=on,off --json -", 104, "error: --json -: name a file: ")]
    [InlineData("compare one other --blocks 5", 104, "error: --blocks is for runs that are still to be made: give a script and --vary, or leave it out")]
    [InlineData("compare one other --vus 5", 104, "error: --vus is for runs that are still to be made: give a script and --vary, or leave it out")]
    [InlineData("compare absent other", 104, "error: absent is neither a script nor a folder of results, nor one of such folders")]
    public async Task What_cannot_be_compared_is_told_in_one_line(string arguments, int expectedCode, string expected)
    {
        using WorkFolder folder = new();
        folder.Write("echo.csx", Echo);

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, arguments.Split(' '));

        Assert.Contains(expected, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.StartsWith("block ", StringComparison.Ordinal)));
        Assert.Equal(expectedCode, exitCode);
    }

    [Fact]
    public async Task Runs_of_different_loads_or_cut_short_are_refused_and_one_on_each_side_gives_no_number()
    {
        using WorkFolder folder = new();
        folder.Write("echo.csx", Echo);
        foreach ((string results, string vus) in new[] { ("one", "5"), ("two", "5"), ("more", "6"), ("cut", "5") })
            await Tool.RunAsync(folder.Root, "run", "echo.csx", "--results", results, "--quiet", "--vus", vus, "--duration", "1s");
        CutShort(Path.Combine(folder.Root, "cut"));

        (int alone, string said, _) = await Tool.RunAsync(folder.Root, "compare", "one", "two", "--force", "--json", "alone.json");
        (int loads, _, string refusedLoads) = await Tool.RunAsync(folder.Root, "compare", "one", "more");
        (int forced, string saidForced, _) = await Tool.RunAsync(folder.Root, "compare", "one", "more", "--force");
        (int cut, _, string refusedCut) = await Tool.RunAsync(folder.Root, "compare", "one", "cut");
        (int same, _, string refusedSame) = await Tool.RunAsync(folder.Root, "compare", "one", "one");

        Assert.Equal((93, 94, 93, 94, 94), (alone, loads, forced, cut, same));
        Assert.Equal("error: these runs must not be compared: one is there twice; --force compares them all the same\n", refusedSame);
        Assert.StartsWith("cannot tell: two against one: not enough samples to tell anything", said);
        Assert.All(JsonElement.Parse(File.ReadAllText(Path.Combine(folder.Root, "alone.json"))).GetProperty("comparisons")[0].GetProperty("figures").EnumerateArray(), figure => Assert.Equal(JsonValueKind.Null, figure.GetProperty("difference").ValueKind));
        Assert.Contains("error: these runs must not be compared: different loads: echo: 5 users for 1 s and echo: 6 users for 1 s; --force compares them all the same", refusedLoads);
        Assert.Contains("forced, although different loads", saidForced.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal));
        Assert.Contains("cut was cut short: ", refusedCut);
    }

    /// <summary>As <c>kill -9</c> leaves it: no last line, no file of the end.</summary>
    private static void CutShort(string results)
    {
        string lines = Path.Combine(results, "run.jsonl");
        File.WriteAllLines(lines, File.ReadAllLines(lines)[..^1]);
        File.Delete(Path.Combine(results, "summary.json"));
    }
}
