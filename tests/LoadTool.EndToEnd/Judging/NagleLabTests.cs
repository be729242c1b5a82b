using System.Text.Json;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Judging;

/// <summary><c>loadtool lab nagle</c> finds what Nagle's algorithm is known for, and nothing where there is nothing.</summary>
public sealed class NagleLabTests
{
    [Fact]
    public async Task Two_writes_before_a_read_stall_for_a_delayed_ACK_and_single_writes_show_no_difference()
    {
        using WorkFolder folder = new();

        (int exitCode, string output, string error) = await Tool.RunAsync(
            folder.Root,
            [
                "lab", "nagle", "--sizes", "32", "--writes", "one-write,write-write-read", "--connections", "4", "--blocks", "8", "--block-length", "150ms", "--min-effect", "50%", "--seed", "1",
                "--json", "lab.json", "--page", "lab.html", "--markdown", "lab.md",
            ]);

        Assert.True(exitCode == 0, error);
        using JsonDocument lab = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "lab.json")));
        JsonElement stalled = Cell(lab, "write-write-read", "every-second");
        Assert.InRange(Figure(stalled, "latency_p50_seconds", "without"), 0, 0.03);
        Assert.InRange(Figure(stalled, "latency_p50_seconds", "with"), 0.03, 10);
        Assert.Equal(("worse", "worse"), (Verdict(stalled, "latency_p50_seconds"), Verdict(stalled, "messages_per_second")));

        // Some forty stalled messages are too few to share the processor's time out among.
        Assert.Equal(JsonValueKind.Null, stalled.GetProperty("figures").GetProperty("cpu_seconds_per_message").GetProperty("low").ValueKind);

        // A machine that does much else meanwhile may leave it open, but never finds a difference of half that is not there.
        foreach (string replies in (string[])["each", "large"])
            Assert.All(["latency_p50_seconds", "messages_per_second", "segments_sent_per_message"], figure => Assert.Contains(Verdict(Cell(lab, "one-write", replies), figure), (string[])["no difference that matters", "not enough samples"]));
        if (OperatingSystem.IsLinux())
            Assert.InRange(Figure(Cell(lab, "one-write", "each"), "segments_sent_per_message", "without"), 0.9, 1.6);
        Assert.Contains(lab.RootElement.GetProperty("seen").EnumerateArray(), sentence => sentence.GetString()!.Contains("fit what Linux delays an ACK by", StringComparison.Ordinal));
        Assert.Contains("makes ", output);
        Assert.Contains("The second write waits for the ACK of the first", output.ReplaceLineEndings(" ").Replace("   ", " ", StringComparison.Ordinal));
        Assert.Contains("| write-write-read | every second |", File.ReadAllText(Path.Combine(folder.Root, "lab.md")));
        Assert.Equal(2, File.ReadAllText(Path.Combine(folder.Root, "lab.html")).Split("<figcaption>").Length - 1);
    }

    [FactWithNamespaces]
    public async Task Over_a_network_with_a_delay_the_round_trip_adds_to_the_stall()
    {
        using WorkFolder folder = new();

        (int exitCode, string output, string error) = await Tool.RunAsync(
            folder.Root,
            [
                "lab", "nagle", "--via", "delay=10ms", "--sizes", "32", "--writes", "write-write-read", "--blocks", "6", "--block-length", "300ms", "--connections", "8", "--min-effect", "20%",
                "--seed", "1", "--json", "lab.json",
            ]);

        Assert.True(exitCode == 0, error);
        using JsonDocument lab = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "lab.json")));
        JsonElement stalled = Cell(lab, "write-write-read", "every-second"), answered = Cell(lab, "write-write-read", "each");
        Assert.InRange(stalled.GetProperty("round_trip_seconds").GetDouble(), 0.02, 0.04);
        Assert.InRange(Figure(stalled, "latency_p50_seconds", "without"), 0.02, 0.05);
        Assert.InRange(Figure(stalled, "latency_p50_seconds", "with"), 0.055, 10);
        Assert.Equal("worse", Verdict(stalled, "latency_p50_seconds"));

        // Where each message has its reply, the ACK comes with it: a round trip later, but not 40 ms more.
        Assert.InRange(Figure(answered, "latency_p99_seconds", "with"), 0.038, 0.5);
        Assert.InRange(Figure(answered, "latency_p50_seconds", "with"), 0.02, 0.055);
        Assert.Contains("relay of packets", output);
    }

    [Fact]
    public async Task A_scenario_of_ones_own_is_run_with_the_algorithm_off_and_on_whatever_it_says()
    {
        using WorkFolder folder = new();
        folder.Write("two.csx", """
            using Windows.Networking.Sockets;

            Scenario.Create("two", async user =>
            {
                using var socket = new MessageWebSocket();
                await socket.ConnectAsync(new Uri(user.Target, "/reply?every=2"));
                await foreach (var turn in user.Pace(perSecond: 20))
                {
                    using var step = Step.Begin("exchange", user, turn);
                    await socket.SendAsync(new byte[32]);
                    await socket.SendAsync(new byte[32]);
                    step.Ok(await socket.ReceiveAsync());
                }
            })
            .WithLoadSimulations(Simulation.KeepConstant(copies: 4, during: TimeSpan.FromSeconds(10)));
            """);

        (int exitCode, string output, _) = await Tool.RunAsync(
            folder.Root, "lab", "nagle", "two.csx", "--blocks", "1", "--block-length", "500ms", "--seed", "1", "--force", "--results", "there", "--json", "lab.json");

        // One block has the figures, but not what they scatter by.
        Assert.Equal(93, exitCode);
        using JsonDocument lab = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "lab.json")));
        JsonElement comparison = lab.RootElement.GetProperty("comparisons")[0];
        JsonElement p50 = comparison.GetProperty("figures").EnumerateArray().Single(figure => figure.GetProperty("figure").GetString() == "exchange p50");
        Assert.Equal(("nagle=off", "nagle=on"), (comparison.GetProperty("base").GetString(), comparison.GetProperty("new").GetString()));
        Assert.InRange(p50.GetProperty("base").GetDouble(), 0, 0.03);
        Assert.InRange(p50.GetProperty("new").GetDouble(), 0.03, 10);
        Assert.Contains("exchange p50", output);
        Assert.True(File.Exists(Path.Combine(folder.Root, "there", "experiment.json")));
    }

    [Theory]
    [InlineData("lab nagle --via delay=soon", "error: --via delay=soon: delay=soon is nothing that a link does: write delay=10ms (each way, at most 10s), loss=0.1% or rate=100Mbit, with commas between")]
    [InlineData("lab nagle --via delay=1ms --target ws://127.0.0.1:9001/", "error: --via and --target exclude each other: the lab's network has a server of its own; leave one out")]
    [InlineData("lab nagle --sizes 32,0", "error: --sizes 32,0: write different whole numbers from 1 to 30000 with commas between (a larger message takes more than one write)")]
    [InlineData("lab nagle --writes two", "error: --writes two: two is no way of writing; there are one-write, write-write-read, pipelined, batch")]
    [InlineData("lab nagle --min-effect 5", "error: --min-effect 5 is no difference: write a percentage above 0% and below 100%, such as 5%")]
    [InlineData("lab nagle --blocks 0", "error: --blocks 0: write 1 to 999")]
    [InlineData("lab nagle --bolcks 3", "error: unknown option --bolcks; did you mean --blocks? (see `loadtool lab nagle --help`)")]
    [InlineData("lab nagle two.csx --sizes 32", "error: --sizes is for the lab's own ways of writing: a scenario writes as it does; leave it out")]
    [InlineData("lab nagle --force", "error: --force is for runs of a scenario: name one, or leave it out")]
    [InlineData("lab nagle two.csx", "two.csx: error: there is no such script: the path counts from FOLDER")]
    [InlineData("lab nagle --json absent/lab.json", "error: --json absent/lab.json: there is no folder absent")]
    public async Task A_mistake_is_told_in_one_line(string arguments, string expected)
    {
        using WorkFolder folder = new();

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, arguments.Split(' '));

        Assert.Equal((104, "", expected.Replace("FOLDER", folder.Root) + "\n"), (exitCode, output, error));
    }

    [Fact]
    public async Task Ctrl_C_after_the_first_cell_tells_of_the_cells_that_were_done()
    {
        using WorkFolder folder = new();

        (int exitCode, string output, _) = await StoppedAsync(folder, "1/2", "--sizes 32 --writes one-write --blocks 20 --block-length 100ms --json lab.json");

        Assert.True(exitCode == 105, $"{exitCode}: {output}");
        Assert.Single(JsonElement.Parse(File.ReadAllText(Path.Combine(folder.Root, "lab.json"))).GetProperty("cells").EnumerateArray());
        Assert.Contains("It was stopped after 1 of 2 cells", output);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_nothing_is_judged()
    {
        using WorkFolder folder = new();

        (int exitCode, string output, string error) = await StoppedAsync(folder, " cells, ", "--page lab.html");

        Assert.True(exitCode == 105, $"{exitCode}: {error}");
        Assert.Equal("", output);
        Assert.Contains("stopped before the first cell was done: nothing is judged", error);
        Assert.False(File.Exists(Path.Combine(folder.Root, "lab.html")));
    }

    /// <summary>One that sends every message back, which is the wrong length, or one reply too many.</summary>
    [Theory]
    [InlineData("32", "one-write", "a reply of 32 bytes came where one of 16 was asked for")]
    [InlineData("16", "write-write-read", "a reply came before all messages that it answers were written")]
    public async Task A_target_that_answers_what_it_was_not_asked_is_told(string size, string writes, string expected)
    {
        using WorkFolder folder = new();
        using AnsweringServer server = await AnsweringServer.StartAsync(EventLoop.DefaultEngine, _ => ServerAnswer.Accept(EchoBehaviour.Instance));

        (int exitCode, _, string error) = await Tool.RunAsync(
            folder.Root, "lab", "nagle", "--target", server.Uri.ToString(), "--sizes", size, "--writes", writes, "--blocks", "1", "--block-length", "50ms");

        Assert.Equal((104, $"error: {server.Uri}: {expected} (the lab needs a target that answers on /reply?every=2&size=16, as `loadtool serve` does)"), (exitCode, error.TrimEnd().Split('\n')[^1]));
    }

    [Fact]
    public async Task A_target_that_does_not_answer_as_the_lab_needs_is_told_with_the_remedy()
    {
        using WorkFolder folder = new();
        using AnsweringServer server = await AnsweringServer.StartAsync(EventLoop.DefaultEngine, _ => ServerAnswer.Refuse(404));

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "lab", "nagle", "--target", server.Uri.ToString(), "--blocks", "1");

        Assert.Equal(104, exitCode);
        Assert.Contains("the lab needs a target that answers on /reply?every=2&size=16, as `loadtool serve` does", error);
    }

    /// <summary>A lab that gets a SIGINT when it has said something.</summary>
    private static async Task<(int ExitCode, string Output, string Error)> StoppedAsync(WorkFolder folder, string said, string arguments)
    {
        string told = Path.Combine(folder.Root, "told");
        using Tool tool = Tool.StartProgram(folder.Root, "sh", ["-c", $"exec dotnet '{Tool.Assembly}' lab nagle {arguments} 2> told"]);
        const int MaxLooks = 6_000;
        for (int looks = 0; !File.Exists(told) || !File.ReadAllText(told).Contains(said, StringComparison.Ordinal); looks++)
        {
            Assert.True(looks < MaxLooks, $"it has not said \"{said}\"");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        tool.Signal("INT");
        (int exitCode, string output, _) = await tool.EndAsync();
        return (exitCode, output, File.ReadAllText(told));
    }

    private static JsonElement Cell(JsonDocument lab, string writes, string replies) => lab.RootElement.GetProperty("cells").EnumerateArray()
        .Single(cell => cell.GetProperty("writes").GetString() == writes && cell.GetProperty("replies").GetString() == replies);

    private static double Figure(JsonElement cell, string figure, string variant) => cell.GetProperty("figures").GetProperty(figure).GetProperty(variant).GetDouble();

    private static string? Verdict(JsonElement cell, string figure) => cell.GetProperty("figures").GetProperty(figure).GetProperty("verdict").GetString();
}
