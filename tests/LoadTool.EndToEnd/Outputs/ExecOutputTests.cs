using System.Text.Json;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Outputs;

/// <summary>A command that is given the summary when the run has ended.</summary>
public sealed class ExecOutputTests
{
    private const string Short = """
        Scenario.Create("short", async user => { await Step.Run("nap", user, async () => await user.Delay(TimeSpan.FromMilliseconds(10))); })
            .WithLoadSimulations(Simulation.IterationsForConstant(1, 3));
        """;

    [Fact]
    public async Task A_command_reads_the_summary_from_its_input_and_what_it_prints_stays_out_of_the_summary()
    {
        using WorkFolder folder = new();
        folder.Write("short.csx", Short);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "short.csx", "--results", "out", "--out", "exec=cat > given.json; echo done");

        Assert.Equal((0, "exec: done\n"), (exitCode, error));
        Assert.DoesNotContain("done", output);
        using JsonDocument given = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "given.json")));
        using JsonDocument kept = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "out", "summary.json")));
        Assert.True(JsonElement.DeepEquals(kept.RootElement, given.RootElement));
    }

    [Theory]
    [InlineData("exit 3", "the command ended with exit code 3")]
    [InlineData("exec sleep 60", "the command did not end within 0.5 s and was ended")]
    public async Task A_command_that_fails_is_named_and_the_results_are_kept(string command, string problem)
    {
        using WorkFolder folder = new();
        folder.Write("short.csx", Short);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "short.csx", "--results", "out", "--out", $"exec={command}", "--out-setting", "exec.timeout=500ms");

        Assert.Equal((92, $"error: output exec lost data: {problem}\n"), (exitCode, error));
        Assert.Contains($"output exec failed: {problem}\n", output);
        using JsonDocument kept = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "out", "summary.json")));
        Assert.Equal(problem, kept.RootElement.GetProperty("output_errors").GetProperty("exec").GetString());
    }

    [Fact]
    public async Task A_command_need_not_read_its_input()
    {
        using WorkFolder folder = new();
        folder.Write("short.csx", Short);

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "short.csx", "--out", "exec=true");

        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task What_a_command_leaves_running_in_the_background_is_not_waited_for()
    {
        using WorkFolder folder = new();
        folder.Write("short.csx", Short);

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "short.csx", "--out", "exec=sleep 300 & echo $! > pid; echo done");
        await Programs.Program.RunAsync("kill", [File.ReadAllText(Path.Combine(folder.Root, "pid")).Trim()]);

        Assert.Equal((0, "exec: done\n"), (exitCode, error));
    }

    [Fact]
    public async Task Outputs_and_their_settings_are_listed()
    {
        using WorkFolder folder = new();

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "outputs");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("exec=COMMAND", output);
        Assert.Contains("exec.timeout: Limit of the command; 60s by default.", output);
    }
}
