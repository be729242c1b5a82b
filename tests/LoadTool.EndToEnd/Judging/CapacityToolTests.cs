using System.Text.Json;
using System.Text.RegularExpressions;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Servers;

namespace LoadTool.EndToEnd.Judging;

/// <summary>Capacity as a user looks for it: against a server whose limit is known, and with a generator that gives way first.</summary>
public sealed partial class CapacityToolTests : IDisposable
{
    /// <summary>Four slots of 5 ms each: 800 answers a second, and not one more.</summary>
    private const string Path = "/work?ms=5&slots=4";
    private const double Carried = 800;

    /// <summary>Each iteration keeps its event loop busy for 10 ms, so that one loop carries 100 a second whatever the target does.</summary>
    private const string Burning = """
        Scenario.Create("burn", async user =>
        {
            using var step = Step.Begin("burn", user);
            long until = System.Diagnostics.Stopwatch.GetTimestamp() + System.Diagnostics.Stopwatch.Frequency / 100;
            while (System.Diagnostics.Stopwatch.GetTimestamp() < until) { }
            step.Ok();
        })
        .WithLoadSimulations(Simulation.Inject(rate: 10, interval: TimeSpan.FromSeconds(1), during: TimeSpan.FromSeconds(1)));
        """;

    private const string Staying = """
        using Windows.Networking.Sockets;
        Scenario.Create("stay", async user =>
        {
            using var socket = new MessageWebSocket();
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            await user.Delay(TimeSpan.FromMinutes(10));
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 5, during: TimeSpan.FromSeconds(5)));
        """;

    private static readonly string Script = System.IO.Path.Combine(Repository.Root, "scenarios", "capacity.csx");

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_servers_known_limit_is_found_within_five_percent()
    {
        using Tool server = Tool.Start(_folder.Root, "serve", "--port", "0");
        string address = (await server.ReadLineAsync())!["listening on ".Length..];

        (int exitCode, string output, string error) = await Tool.RunAsync(
            _folder.Root, "capacity", Script, "--slo", "ask: p(90) < 80ms", "--slo", "errors: rate < 1%", "--target", address + Path, "--from", "700", "--limit", "1000", "--step-time", "2s..3s", "--rest",
            "100ms", "--budget", "70s", "--expect", "3000/s", "--results", "found", "--page", "page.html", "--markdown", "answer.md", "--json", "answer.json", "--seed", "1");

        Assert.True(exitCode == 0, $"{exitCode}: {error}{output}");
        Assert.StartsWith("the target carries about ", output);
        Assert.Contains("3,000/s is not carried", output);
        Assert.Contains("held", error);
        JsonElement answer = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(_folder.Root, "answer.json"))).RootElement;
        Assert.Equal(("found", "target_latency"), (answer.GetProperty("outcome").GetString(), answer.GetProperty("limit").GetString()));
        double capacity = answer.GetProperty("capacity").GetProperty("estimate").GetDouble();
        Assert.True(Math.Abs(capacity / Carried - 1) < 0.05, $"{capacity}: {error}");
        Assert.Contains("<svg", File.ReadAllText(System.IO.Path.Combine(_folder.Root, "page.html")));
        Assert.StartsWith("## Capacity of capacity", File.ReadAllText(System.IO.Path.Combine(_folder.Root, "answer.md")));
        JsonElement.ArrayEnumerator trials = answer.GetProperty("trials").EnumerateArray();
        Assert.All(trials, trial => Assert.True(File.Exists(System.IO.Path.Combine(_folder.Root, trial.GetProperty("folder").GetString()!, "run.hlog")), trial.ToString()));
        Assert.Contains(trials, trial => trial.GetProperty("purpose").GetString() == "confirm");
    }

    /// <summary>One slot of 50 ms: of so many users who wait for their answers each waits so many times 50 ms.</summary>
    [Fact]
    public async Task The_users_that_a_server_carries_are_found_within_one()
    {
        using Tool server = Tool.Start(_folder.Root, "serve", "--port", "0");
        string address = (await server.ReadLineAsync())!["listening on ".Length..];

        (int exitCode, string output, string error) = await Tool.RunAsync(
            _folder.Root, "capacity", Script, "--by", "users", "--slo", "ask: p(80) < 225ms", "--target", address + "/work?ms=50&slots=1", "--from", "3", "--limit", "6", "--step-time", "2s..6s", "--rest", "0s",
            "--budget", "50s", "--expect", "40", "--results", "found", "--seed", "1");

        Assert.True(exitCode == 0, $"{exitCode}: {error}{output}");
        JsonElement answer = Answer("found");
        Assert.Equal(("found", "users", "target_latency"), (answer.GetProperty("outcome").GetString(), answer.GetProperty("load").GetString(), answer.GetProperty("limit").GetString()));
        Assert.Equal((4, 5), (answer.GetProperty("capacity").GetProperty("low").GetDouble(), answer.GetProperty("capacity").GetProperty("high").GetDouble()));
        Assert.Contains("40 users is not carried", output);
    }

    /// <summary>The load that is asked for comes close to what is taken: each step takes the time in which connections come.</summary>
    [Fact]
    public async Task The_connections_that_a_server_takes_are_found_within_five_percent()
    {
        const int Most = 120;
        await using KestrelEcho server = await KestrelEcho.StartAsync(most: Most);
        _folder.Write("stay.csx", Staying);

        (int exitCode, string output, string error) = await Tool.RunAsync(
            _folder.Root, "capacity", "stay.csx", "--by", "connections", "--slo", "errors: rate < 20%", "--target", server.Uri.ToString(), "--from", "118", "--limit", "124", "--step-time", "2s..3s", "--rest", "0s",
            "--budget", "60s", "--results", "found", "--seed", "1");

        Assert.True(exitCode == 0, $"{exitCode}: {error}{output}");
        JsonElement answer = Answer("found");
        Assert.Equal(("found", "connections", "target_errors"), (answer.GetProperty("outcome").GetString(), answer.GetProperty("load").GetString(), answer.GetProperty("limit").GetString()));
        Assert.InRange(answer.GetProperty("capacity").GetProperty("estimate").GetDouble(), 0.95 * Most, 1.05 * Most);
    }

    [Fact]
    public async Task Ctrl_C_in_the_middle_of_a_search_tells_what_was_measured()
    {
        using Tool search = Tool.Start(_folder.Root, "capacity", Script, "--slo", "ask: p(90) < 1s", "--step-time", "1s..2s", "--from", "100", "--results", "found", "--seed", "1");
        while (!File.Exists(System.IO.Path.Combine(_folder.Root, "found", "02_200", "run.jsonl")))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);

        search.Signal("INT");
        (int exitCode, string output, string error) = await search.EndAsync();

        Assert.True(exitCode == 105, $"{exitCode}: {error}{output}");
        Assert.Contains("the search was stopped before its end", output.ReplaceLineEndings(" "));
        Assert.True(Answer("found").GetProperty("stopped").GetBoolean());
        Assert.Equal(100, Answer("found").GetProperty("trials")[0].GetProperty("load").GetDouble());
    }

    [Fact]
    public async Task A_generator_that_gives_way_first_is_told_and_no_capacity_is_given()
    {
        _folder.Write("burn.csx", Burning);

        (int exitCode, string output, string error) = await Tool.RunAsync(
            _folder.Root, "capacity", "burn.csx", "--slo", "burn: p(90) < 100ms", "--loops", "1", "--from", "30", "--step-time", "2s..2s", "--rest", "100ms", "--budget", "30s", "--results", "found", "--json", "answer.json");

        Assert.True(exitCode == 94, $"{exitCode}: {error}{output}");
        Assert.StartsWith("cannot tell: the generator gave way before the target, at ", output);
        Assert.DoesNotContain("carries about", output);
        JsonElement answer = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(_folder.Root, "answer.json"))).RootElement;
        Assert.Equal(("generator_limited", "generator"), (answer.GetProperty("outcome").GetString(), answer.GetProperty("limit").GetString()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (answer.GetProperty("capacity").ValueKind, answer.GetProperty("confirmed").ValueKind));
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_told_after_the_first_load()
    {
        (int exitCode, _, string error) = await Tool.RunAsync(
            _folder.Root, "capacity", Script, "--slo", "ask: p(99) < 1s", "--target", "ws://127.0.0.1:1/", "--step-time", "1s..2s", "--rest", "0s", "--results", "found");

        Assert.Equal(104, exitCode);
        Assert.Matches(@"^error: nothing succeeded against ws://127\.0\.0\.1:1/: CannotConnect \(connection refused\) \d+ times; is the target running, and its address right\?\n$", error);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_search_and_its_run()
    {
        using Tool search = Tool.Start(_folder.Root, "capacity", Script, "--slo", "ask: p(99) < 1s", "--results", "found", "--seed", "1");
        string lines = System.IO.Path.Combine(_folder.Root, "found", "01_10", "run.jsonl");
        while (!File.Exists(lines))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);

        search.Signal("INT");
        (int exitCode, _, string error) = await search.EndAsync();

        Assert.Equal((105, "stopping in order; once more stops at once\nstopped; the runs so far are in found\n"), (exitCode, error));
    }

    [Theory]
    [InlineData("--slo|aks: p(99) < 20ms", "error: Scenario \"capacity\" has the threshold \"aks: p(99) < 20ms\", but the script has no step or metric \"aks\"; did you mean \"ask\"?")]
    [InlineData("", "error: capacity needs an objective: write one such as --slo \"echo: p(99) < 20ms\", or give the scenario thresholds")]
    [InlineData("--slo|ask: count > 3", "error: threshold \"ask: count > 3\": a count grows with the time that a load is held: ask for a rate")]
    [InlineData("--slo|ask: p(99) < 1s|--by|speed", "error: --by speed is no kind of load: write rate, users or connections")]
    [InlineData("--slo|ask: p(99) < 1s|--budget|5s", "error: --budget 5s is too small: one load alone takes 8 s with its rest; give it 48s or more")]
    [InlineData("--slo|ask: p(99) < 1s|--step-time|9s..3s", "error: --step-time 9s..3s is none: write the least and the longest time, such as 5s..60s; a second at least, and at most two or more: one alone says nothing of what seconds scatter by")]
    [InlineData("--slo|ask: p(99) < 1s|--from|fast", "error: --from fast is no arrival rate: write iterations per second such as 300 or 0.5, or with a unit such as 300/s or 90/m")]
    [InlineData("--slo|ask: p(99) < 1s|--limit|3", "error: --limit 3 is below the first load: give --from a lower one")]
    public async Task A_mistake_is_told_in_one_line_before_any_load(string arguments, string expected)
    {
        (int exitCode, string output, string error) = await Tool.RunAsync(_folder.Root, ["capacity", Script, "--results", "found", .. arguments.Split('|', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal((104, "", expected + "\n"), (exitCode, output, error));
        Assert.False(Directory.Exists(System.IO.Path.Combine(_folder.Root, "found")));
    }

    [Theory]
    [InlineData("Scenario.Create(\"a\", async user => await user.Delay(TimeSpan.FromSeconds(1))); Scenario.Create(\"b\", async user => await user.Delay(TimeSpan.FromSeconds(1)));", "error: capacity needs a script with one scenario; this one has 2 (a, b)")]
    [InlineData("Options.Set(\"max-duration\", \"1m\"); Scenario.Create(\"a\", async user => await user.Delay(TimeSpan.FromSeconds(1)));", "error: capacity decides itself how long a load is held: leave out iterations and max-duration")]
    public async Task A_script_whose_load_cannot_be_set_is_refused(string script, string expected)
    {
        _folder.Write("other.csx", script);

        (int exitCode, _, string error) = await Tool.RunAsync(_folder.Root, "capacity", "other.csx", "--slo", "iterations: p(99) < 3s");

        Assert.Equal((104, expected + "\n"), (exitCode, error));
    }

    /// <summary>All but its time, which is as long as a search needs: its options are read, and refused for that alone.</summary>
    [Fact]
    public async Task The_command_of_the_README_is_understood()
    {
        string command = Command().Match(File.ReadAllText(System.IO.Path.Combine(Repository.Root, "README.md"))).Groups[1].Value;
        string[] words = [.. Word().Matches(command.Replace("scenarios/capacity.csx", Script, StringComparison.Ordinal)).Select(word => word.Value.Replace("\"", "", StringComparison.Ordinal))];

        (int exitCode, _, string error) = await Tool.RunAsync(_folder.Root, [.. words, "--budget", "1s"]);

        Assert.Equal((104, "error: --budget 1s is too small: one load alone takes 8 s with its rest; give it 48s or more\n"), (exitCode, error));
    }

    private JsonElement Answer(string results) => JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(_folder.Root, results, "capacity.json"))).RootElement;

    [GeneratedRegex("^loadtool (capacity .*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}
