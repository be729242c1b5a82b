using System.Globalization;

namespace LoadTool.EndToEnd.Run;

/// <summary>What a run does before its load, so that the load is not kept waiting by what measures it.</summary>
public sealed class RehearsalTests
{
    /// <summary>Methods: with a rehearsal 7, without one 275 while the first two snapshots are taken and written.</summary>
    private const int MostCompiled = 60;

    private const string Script = """
        Scenario.Create("compiled", async user =>
        {
            var before = System.Runtime.JitInfo.GetCompiledMethodCount();
            await foreach (var turn in user.Pace(perSecond: 100))
            {
                using var step = Step.Begin("turn", user, turn);
                step.Ok();
            }

            Console.WriteLine($"compiled {System.Runtime.JitInfo.GetCompiledMethodCount() - before}");
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 1, during: TimeSpan.FromSeconds(2.5)));
        """;

    [Fact]
    public async Task What_takes_and_writes_snapshots_is_compiled_before_the_load()
    {
        using WorkFolder folder = new();
        folder.Write("compiled.csx", Script);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "compiled.csx", "--results", "out");

        Assert.True(exitCode == 0, error);
        string line = Assert.Single(output.Split('\n'), line => line.StartsWith("compiled ", StringComparison.Ordinal));
        Assert.InRange(int.Parse(line["compiled ".Length..], CultureInfo.InvariantCulture), 0, MostCompiled);
    }

    [Fact]
    public async Task A_rehearsal_leaves_nothing_behind()
    {
        using WorkFolder folder = new();
        string temporary = Directory.CreateDirectory(Path.Combine(folder.Root, "temporary")).FullName;

        (int exitCode, string error) = await RunAsync(folder, temporary);

        Assert.True(exitCode == 0, error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "loadtool*"));
        Assert.DoesNotContain("\"turns\"", File.ReadAllText(Path.Combine(folder.Root, "out", "summary.json")));
    }

    [Fact]
    public async Task A_run_goes_on_where_nothing_can_be_rehearsed()
    {
        using WorkFolder folder = new();

        (int exitCode, string error) = await RunAsync(folder, Path.Combine(folder.Root, "missing"));

        Assert.True(exitCode == 0, error);
        Assert.Equal("", error);
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(WorkFolder folder, string temporary)
    {
        folder.Write("short.csx", Script.Replace("2.5", "0.2", StringComparison.Ordinal));
        using Tool tool = Tool.StartProgram(folder.Root, "env", [$"TMPDIR={temporary}", "dotnet", Tool.Assembly, "run", "--quiet", "short.csx", "--results", "out"]);
        (int exitCode, _, string error) = await tool.EndAsync();
        return (exitCode, error);
    }
}
