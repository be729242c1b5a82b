using System.Diagnostics;
using System.Text.RegularExpressions;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd;

public sealed partial class ReadmeTests
{
    private const string Start = "dotnet run -c Release --project src/LoadTool.Cli --";

    /// <summary>The main command builds the tool in Release first, on a machine that may be busy.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void What_the_README_says_of_tuning_can_be_set()
    {
        string bullet = Readme[Readme.IndexOf("- `socket.Control.Tuning`", StringComparison.Ordinal)..];
        bullet = bullet[..bullet.IndexOf("\n- ", StringComparison.Ordinal)];
        string[] named = [.. Regex.Matches(bullet, @"`(\w+)(?: = [^`]+)?`").Select(name => name.Groups[1].Value)];
        Assert.InRange(named.Length, 10, 100);
        Assert.All(named, name => Assert.True(typeof(Windows.Networking.Sockets.WebSocketTuning).GetProperty(name)?.CanWrite, name));
    }

    [Fact]
    public async Task The_commands_of_the_README_run()
    {
        await using LoopHost server = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        string results = Directory.CreateTempSubdirectory("loadtool-readme-").FullName;
        string[] commands = [.. ShellBlocks().SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Where(line => line.StartsWith(Start, StringComparison.Ordinal) || line.StartsWith("loadtool ", StringComparison.Ordinal))];
        Assert.Contains($"{Start} run scenarios/echo.csx", commands);
        for (int i = 0; i < commands.Length; i++)
        {
            string arguments = commands[i].StartsWith(Start, StringComparison.Ordinal) ? commands[i][Start.Length..] : commands[i]["loadtool".Length..];
            arguments = arguments.Replace("ws://127.0.0.1:9001/", server.Uri("/").ToString(), StringComparison.Ordinal);
            arguments = DurationOption().Replace(arguments, "--duration 1s").Replace("--block-length 250ms", "--block-length 20ms", StringComparison.Ordinal);
            bool isRun = arguments.TrimStart().StartsWith("run ", StringComparison.Ordinal);
            string where = isRun ? $" --results {Path.Combine(results, i.ToString(System.Globalization.CultureInfo.InvariantCulture))}" : "";
            (int exitCode, string output) = await RunAsync($"{Start} {arguments}{where}");
            Assert.True(exitCode == 0, $"{commands[i]} ended with {exitCode}: {output}");
            Assert.Contains(isRun ? " 0 failed" : "", output);
        }

        Directory.Delete(results, recursive: true);
    }

    [Fact]
    public void The_test_command_of_the_README_is_the_one_that_CI_runs()
    {
        string testCommand = ShellBlocks().Select(block => block.Trim()).Single(block => block.StartsWith("dotnet test", StringComparison.Ordinal));
        Assert.Contains(testCommand, File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")));
    }

    [Fact]
    public void The_scenario_in_the_README_is_the_one_that_ships()
    {
        string code = CodeBlocks("csharp").First();
        Assert.Contains(code.Trim(), File.ReadAllText(Path.Combine(Repository.Root, "scenarios", "echo.csx")));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string command)
    {
        string[] parts = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ProcessStartInfo start = new(parts[0], parts[1..]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(Limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static IEnumerable<string> ShellBlocks() => CodeBlocks("sh");

    private static IEnumerable<string> CodeBlocks(string language) =>
        Regex.Matches(Readme, $"```{language}\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value);

    [GeneratedRegex("--duration [0-9a-z]+")]
    private static partial Regex DurationOption();
}
