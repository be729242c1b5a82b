using System.Text.Json;
using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Run;

/// <summary>The examples that users start from.</summary>
public sealed class ScenarioFileTests
{
    public static TheoryData<string> Files { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "scenarios"), "*.csx").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_example_runs_without_anything_else(string file)
    {
        using WorkFolder folder = new();

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", Path.Combine(Repository.Root, "scenarios", file), "--duration", "500ms", "--results", "there");

        Assert.Equal((0, ""), (exitCode, error));
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "there", "summary.json")));
        Assert.All(
            summary.RootElement.GetProperty("scenarios").EnumerateArray().SelectMany(scenario => scenario.GetProperty("checks").EnumerateArray()),
            check => Assert.Equal(("0", check.ToString()), (check.GetProperty("fail").GetProperty("count").ToString(), check.ToString())));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_example_is_short_and_says_what_it_does_and_how_to_try_it(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "scenarios", file));

        Assert.Equal("#!/usr/bin/env -S loadtool run", lines[0]);
        Assert.StartsWith("// ", lines[1]);
        Assert.Contains(lines, line => line.StartsWith("// Try it:", StringComparison.Ordinal) && line.EndsWith($"loadtool run scenarios/{file}", StringComparison.Ordinal));
        Assert.InRange(lines.Length, 1, 40);
    }
}
