using System.Diagnostics;
using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Run;

public sealed class SignalTests
{
    private const string Stopping = "stopping in order; once more stops at once\n";

    /// <summary>Says when it runs and when it is to stop.</summary>
    private const string Talking = """
        Scenario.Create("talking", async user =>
        {
            user.CancellationToken.Register(() => Console.WriteLine("told to stop"));
            Console.WriteLine("started");
            await END;
        })
        .WithClean(_ => { Console.WriteLine("cleaned"); return Task.CompletedTask; })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 1, during: TimeSpan.FromHours(1)));
        """;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_the_run_in_order(string signal)
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", Talking.Replace("END", "user.Delay(Timeout.InfiniteTimeSpan)"));
        using Tool tool = Tool.Start(folder.Root, "run", "a.csx");
        await ReadToAsync(tool, "started");
        using Process child = ChildOf(tool.Id);

        tool.Signal(signal);
        await ReadToAsync(tool, "cleaned");
        (int exitCode, _, string error) = await tool.EndAsync();

        Assert.Equal((105, Stopping), (exitCode, error));
        Assert.True(child.WaitForExit(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_second_signal_ends_the_run_at_once()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", Talking.Replace("END", "new TaskCompletionSource().Task"));
        using Tool tool = Tool.Start(folder.Root, "run", "a.csx", "--graceful-stop", "1h");
        await ReadToAsync(tool, "started");

        tool.Signal("INT");
        await ReadToAsync(tool, "told to stop");
        tool.Signal("INT");
        (int exitCode, string output, string error) = await tool.EndAsync();

        Assert.Equal((105, Stopping), (exitCode, error));
        Assert.DoesNotContain("cleaned", output);
    }

    [Fact]
    public async Task The_target_that_a_run_started_ends_with_it_even_when_it_is_killed()
    {
        using WorkFolder folder = new();
        folder.Write("a.csx", Talking.Replace("END", "user.Delay(Timeout.InfiniteTimeSpan)"));
        using Tool tool = Tool.Start(folder.Root, "run", "a.csx");
        await ReadToAsync(tool, "started");
        using Process child = ChildOf(tool.Id);

        tool.Signal("KILL");

        Assert.True(child.WaitForExit(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_the_target_server_in_order(string signal)
    {
        using WorkFolder folder = new();
        using Tool tool = Tool.Start(folder.Root, "serve", "--port", "0");
        Assert.Matches(@"^listening on ws://127\.0\.0\.1:\d+$", await tool.ReadLineAsync());

        tool.Signal(signal);
        (int exitCode, string output, string error) = await tool.EndAsync();

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("/echo", output);
    }

    [Fact]
    public async Task A_script_can_be_run_by_its_first_line()
    {
        using WorkFolder folder = new();
        string echo = Path.Combine(Repository.Root, "scenarios", "echo.csx");
        File.WriteAllText(Path.Combine(folder.Root, "loadtool"), $"#!/bin/sh\nexec dotnet '{Tool.Assembly}' \"$@\"\n");
        File.Copy(echo, Path.Combine(folder.Root, "echo.csx"));

        using Tool tool = Tool.StartProgram(folder.Root, "sh", ["-c", "chmod +x loadtool echo.csx; PATH=\"$PWD:$PATH\" ./echo.csx --quiet --vus 2 --duration 300ms"]);
        (int exitCode, _, string error) = await tool.EndAsync();

        Assert.Equal((0, ""), (exitCode, error));
    }

    private static async Task ReadToAsync(Tool tool, string line)
    {
        string? read;
        do
            read = await tool.ReadLineAsync();
        while (read is not null && read != line);
        Assert.Equal(line, read);
    }

    private static Process ChildOf(int parent)
    {
        // A child is listed with the thread that started it, whichever that was.
        string child = string.Concat(Directory.GetDirectories($"/proc/{parent}/task").Select(thread => File.ReadAllText(Path.Combine(thread, "children")))).Trim();
        return Process.GetProcessById(int.Parse(child, System.Globalization.CultureInfo.InvariantCulture));
    }
}
