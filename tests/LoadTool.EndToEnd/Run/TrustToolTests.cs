using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LoadTool.EndToEnd.Run;

/// <summary>
/// The verdict of the real tool on itself. What else this machine does may make any run worse: tests ask for the reason that they caused, never for there being no other.
/// </summary>
public sealed class TrustToolTests
{
    private const string Calm = """
        using Windows.Networking.Sockets;

        Scenario.Create("calm", async user =>
        {
            using var socket = new MessageWebSocket();
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
            await foreach (var turn in user.Pace(perSecond: 20))
            {
                using var step = Step.Begin("echo", user, turn);
                await socket.SendAsync("x");
                step.Ok(await socket.ReceiveAsync());

                // Its code has been compiled by now: what happens to the process next is not the compiler's.
                if (user.Number == 0 && turn.Number == 10)
                    Console.WriteLine("running");
            }
        })

        // And a few looks later the load: a run counts from the last of its hundred looks a second before it.
        .WithInit(async _ => { Console.WriteLine("init " + Schedule()); await Task.Delay(50); })
        .WithClean(_ => { Console.WriteLine("clean " + Schedule()); return Task.CompletedTask; })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 20, during: TimeSpan.FromSeconds(2)));

        // Both run on the first event loop's thread: what it ran and waited so far, as the kernel counts.
        static string Schedule() => System.IO.File.ReadAllText("/proc/thread-self/schedstat").Trim();
        """;

    [Fact]
    public async Task A_process_that_is_stopped_for_a_moment_says_that_it_stood_still()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", Calm);
        using Tool tool = Tool.Start(folder.Root, "run", "a.csx", "--results", "r");
        await ReadToAsync(tool, "running");

        using (Process stop = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -STOP {tool.Id}; sleep 0.2; kill -CONT {tool.Id}")]))
            await stop.WaitForExitAsync();
        (int exitCode, string output, _) = await tool.EndAsync();

        JsonElement trust = Trust(folder);
        Assert.Equal(0, exitCode);
        Assert.NotEqual("trusted", trust.GetProperty("verdict").GetString());
        Assert.Contains("lag.stopped", Kinds(trust));
        Assert.InRange(Lag(trust, "stopped").GetProperty("longest_seconds").GetDouble(), 0.15, double.MaxValue);
        Assert.Contains("the whole process stood still", output);
        Assert.Contains("late: the whole process stood still", File.ReadAllText(Path.Combine(folder.Root, "r", "run.log")));
    }

    [Fact]
    public async Task Code_that_blocks_its_loop_is_named_with_scenario_step_user_and_time()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", Calm.Replace("Scenario.Create(\"calm\"", """
            Scenario.Create("sleepy", async user =>
            {
                using var socket = new MessageWebSocket();
                await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));
                await foreach (var turn in user.Pace(perSecond: 2))
                {
                    if (user.Number == 3 && turn.Number % 2 == 1)
                        Thread.Sleep(110);
                    using var step = Step.Begin("answer", user, turn);
                    await socket.SendAsync("x");
                    var message = await socket.ReceiveAsync();
                    if (user.Number == 5)
                        Thread.Sleep(120);
                    step.Ok(message);
                }
            })
            .WithLoadSimulations(Simulation.KeepConstant(copies: 8, during: TimeSpan.FromSeconds(2)));

            Scenario.Create("calm"
            """.TrimEnd(), StringComparison.Ordinal));

        (int exitCode, string output, _) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--results", "r");

        JsonElement trust = Trust(folder);
        Assert.Equal(0, exitCode);
        Assert.NotEqual("trusted", trust.GetProperty("verdict").GetString());
        Assert.Contains("lag.script", Kinds(trust));
        Assert.Contains("scenario \"sleepy\", user 5, in step \"answer\", blocked its event loop", output);
        (string?, string?, int)[] blamed = [.. trust.GetProperty("figures").GetProperty("blocks").EnumerateArray()
            .Where(block => block.GetProperty("longest_seconds").GetDouble() > 0.1)
            .Select(block => (block.GetProperty("scenario").GetString(), block.GetProperty("step").GetString(), block.GetProperty("longest_user").GetInt32()))];
        Assert.Equal([("sleepy", null, 3), ("sleepy", "answer", 5)], blamed.Order());
        string log = File.ReadAllText(Path.Combine(folder.Root, "r", "run.log"));
        Assert.Contains("scenario \"sleepy\", user 3, outside of steps, kept event loop", log);
        Assert.Contains("scenario \"sleepy\", user 5, in step \"answer\", kept event loop", log);
    }

    [Fact]
    public async Task A_script_that_blocks_its_loop_again_and_again_is_not_to_be_trusted()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", Calm.Replace("await socket.SendAsync(\"x\");", "Thread.Sleep(25);\nawait socket.SendAsync(\"x\");", StringComparison.Ordinal));

        (int required, _, string error) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--results", "r", "--require-trusted");
        (int optional, _, string silence) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--results", "r2");

        Assert.Equal("invalid", Trust(folder).GetProperty("verdict").GetString());
        Assert.Equal(91, required);
        Assert.StartsWith("error: the generator is not to be trusted: ", error);
        Assert.Equal((0, ""), (optional, silence));
    }

    [Fact]
    public async Task A_script_that_allocates_wildly_is_told_that_it_is_its_garbage()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", Calm.Replace(
            "await socket.SendAsync(\"x\");",
            "var kept = new List<byte[]>();\nfor (int i = 0; i < 250; i++) kept.Add(new byte[10_000]);\nuser.State = kept;\nawait socket.SendAsync(\"x\");",
            StringComparison.Ordinal));

        await Tool.RunAsync(folder.Root, "run", "a.csx", "--results", "r");

        JsonElement trust = Trust(folder), loop = trust.GetProperty("figures").GetProperty("loops")[0];
        Assert.NotEqual("trusted", trust.GetProperty("verdict").GetString());
        Assert.NotEmpty(Kinds(trust).Intersect(["gc", "allocation"]));
        Assert.InRange(loop.GetProperty("script_allocated_bytes").GetDouble() / loop.GetProperty("allocated_bytes").GetDouble(), 0.95, 1);
        Assert.InRange(loop.GetProperty("allocated_bytes").GetInt64(), 200_000_000, long.MaxValue);
    }

    /// <summary>Six programs and the tool on one core.</summary>
    [Fact]
    public async Task A_generator_without_a_processor_says_that_it_was_starved()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", Calm);
        using Tool tool = Tool.StartProgram(folder.Root, "taskset", ["-c", "0", "dotnet", Tool.Assembly, "run", "--quiet", "a.csx", "--results", "r"]);
        await ReadToAsync(tool, "running");
        Process[] hogs = [.. Enumerable.Range(0, 6).Select(_ => Process.Start("timeout", ["10", "taskset", "-c", "0", "sh", "-c", "while :; do :; done"]))];
        await tool.EndAsync();
        foreach (Process hog in hogs)
        {
            hog.Kill(entireProcessTree: true);
            hog.Dispose();
        }

        JsonElement trust = Trust(folder);
        Assert.NotEqual("trusted", trust.GetProperty("verdict").GetString());
        Assert.NotEmpty(Kinds(trust).Intersect(["cpu_wait", "lag.starved"]));
    }

    [Fact]
    public async Task What_a_run_that_nobody_disturbed_says_of_its_processor_is_what_the_kernel_says()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", Calm);
        for (int run = 0; run < 3; run++)
        {
            (int exitCode, string output, _) = await Tool.RunAsync(folder.Root, "run", "a.csx", "--loops", "1", "--results", "r");

            JsonElement trust = Trust(folder), loop = trust.GetProperty("figures").GetProperty("loops")[0];
            (double ran, double waited) = BetweenInitAndClean(output);
            double wait = loop.GetProperty("cpu_wait_seconds").GetDouble();
            Assert.Equal(0, exitCode);

            // The kernel counted from before the load to after it.
            Assert.InRange(loop.GetProperty("cpu_seconds").GetDouble(), 0, ran);
            Assert.InRange(wait, 0, waited);
            if (trust.GetProperty("verdict").GetString() == "trusted")
                Assert.InRange(wait / trust.GetProperty("figures").GetProperty("seconds").GetDouble(), 0, 0.05);
            Assert.DoesNotContain("lag.script", Kinds(trust));
            Assert.DoesNotContain("allocation", Kinds(trust));
            Assert.InRange(trust.GetProperty("figures").GetProperty("lag").GetProperty("count").GetInt64(), 190, long.MaxValue);
        }
    }

    private static async Task ReadToAsync(Tool tool, string line)
    {
        string? read;
        do
            read = await tool.ReadLineAsync();
        while (read is not null && read != line);
        Assert.Equal(line, read);
    }

    /// <summary>Seconds that the loop's thread ran and waited, by the lines that the script printed.</summary>
    private static (double Ran, double Waited) BetweenInitAndClean(string output)
    {
        double[] init = Numbers("init "), clean = Numbers("clean ");
        return ((clean[0] - init[0]) / 1e9, (clean[1] - init[1]) / 1e9);

        double[] Numbers(string start) => [.. output.Split('\n').Single(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..]
            .Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    private static JsonElement Trust(WorkFolder folder)
    {
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "r", "summary.json")));
        return summary.RootElement.GetProperty("trust").Clone();
    }

    private static string[] Kinds(JsonElement trust) => [.. trust.GetProperty("reasons").EnumerateArray()
        .Where(reason => reason.GetProperty("verdict").GetString() != "trusted")
        .Select(reason => reason.GetProperty("kind").GetString()!)];

    private static JsonElement Lag(JsonElement trust, string cause) =>
        trust.GetProperty("figures").GetProperty("lags").EnumerateArray().Single(lag => lag.GetProperty("cause").GetString() == cause);
}
