using System.Diagnostics;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;
using YamlDotNet.RepresentationModel;

namespace LoadTool.EndToEnd.Judging;

/// <summary>The scripts that are there to be copied, run as cron and GitHub would run them, with the tool of this build.</summary>
public sealed class GateNightTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly string Nightly = Path.Combine(Repository.Root, "scenarios", "nightly");

    private readonly WorkFolder _folder = new();
    private readonly Dictionary<string, string> _environment;

    public GateNightTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, "bin"));
        Directory.CreateDirectory(Path.Combine(_folder.Root, "clone", "scenarios", "nightly"));
        File.Copy(Path.Combine(Repository.Root, "scenarios", "echo.csx"), Path.Combine(Clone, "scenarios", "echo.csx"));
        foreach (string file in Directory.GetFiles(Nightly))
            File.Copy(file, Path.Combine(Clone, "scenarios", "nightly", Path.GetFileName(file)));

        // Forced, because what else the machine does may keep single runs from being trusted.
        string tool = _folder.Write("bin/loadtool", $"#!/bin/sh\n[ \"$1\" != gate ] || set -- \"$@\" --force\nexec dotnet \"{Tool.Assembly}\" \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(_folder.Root, tool), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _environment = new Dictionary<string, string>
        {
            ["PATH"] = $"{Path.Combine(_folder.Root, "bin")}:{Environment.GetEnvironmentVariable("PATH")}",
            ["HOME"] = _folder.Root,
            ["DURATION"] = "1s",
            ["RUNS"] = "2",
        };
    }

    private string Clone => Path.Combine(_folder.Root, "clone");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_cron_script_judges_each_night_and_keeps_a_regression_out_of_its_history()
    {
        await using LoopHost server = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        _environment["TARGET"] = server.Uri("/echo").ToString();

        (int exitCode, string output) = await ShellAsync("sh scenarios/nightly/nightly.sh");
        Assert.True(exitCode == 93, $"{exitCode}: {output}");
        Assert.Contains("cannot tell: not enough samples: there is no run to compare with", output);
        Assert.Equal(2, HistoryFiles.Length);

        (exitCode, output) = await ShellAsync("sh scenarios/nightly/nightly.sh");
        Assert.True(exitCode is 0 or 93, $"{exitCode}: {output}");
        Assert.Equal(4, HistoryFiles.Length);

        _environment["TARGET"] = server.Uri("/delay?ms=500").ToString();
        (exitCode, output) = await ShellAsync("sh scenarios/nightly/nightly.sh");
        Assert.True(exitCode == 90, $"{exitCode}: {output}");
        Assert.Contains("worse: regression: echo p50 went from ", output);
        Assert.Equal(4, HistoryFiles.Length);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(Clone, "results"), "gate.html", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task A_run_that_fails_ends_the_night_with_its_exit_code_and_leaves_the_history_alone()
    {
        File.WriteAllText(Path.Combine(Clone, "scenarios", "echo.csx"), "this is no script");

        (int exitCode, string output) = await ShellAsync("sh scenarios/nightly/nightly.sh");

        Assert.True(exitCode == 107, $"{exitCode}: {output}");
        Assert.False(Directory.Exists(Path.Combine(Clone, "history")));
    }

    /// <summary>Somebody pushes while the runs go on.</summary>
    [Fact]
    public async Task The_steps_of_the_workflow_run_and_push_the_history()
    {
        File.WriteAllText(Path.Combine(_folder.Root, ".gitconfig"), "[user]\nname = tester\nemail = tester@example.org\n[init]\ndefaultBranch = main\n");
        (int made, string how) = await ShellAsync(
            "git init --quiet --bare ../origin.git && git init --quiet && git remote add origin ../origin.git && git add scenarios && git commit --quiet -m first && git push --quiet -u origin main"
            + " && git clone --quiet ../origin.git ../other && cd ../other && git commit --quiet --allow-empty -m meanwhile && git push --quiet");
        Assert.True(made == 0, how);
        _environment["GITHUB_ACTIONS"] = "true";
        _environment["GITHUB_STEP_SUMMARY"] = Path.Combine(_folder.Root, "summary.md");
        (string Name, string Run)[] steps = [.. Steps()];
        Assert.Equal(["Put loadtool on PATH", "Run and judge", "Keep the history"], steps.Select(step => step.Name));

        // The tool of this build stands in for the first step's.
        foreach ((string name, string run) in steps[1..])
        {
            (int exitCode, string output) = await ShellAsync(run);
            Assert.True(exitCode == 0, $"{name} ended with {exitCode}: {output}");
        }

        (_, string pushed) = await ShellAsync("git --git-dir ../origin.git log --all --format=%s --name-only");
        Assert.StartsWith("Keep the night's runs\n", pushed);
        Assert.Contains("\nmeanwhile\n", pushed);
        Assert.Equal(2, pushed.Split('\n').Count(line => line.StartsWith("history/", StringComparison.Ordinal) && line.EndsWith(".run.json", StringComparison.Ordinal)));
        Assert.Contains("\n## Gate&#58; echo\n", File.ReadAllText(Path.Combine(_folder.Root, "summary.md")));
    }

    private string[] HistoryFiles => Directory.GetFiles(Path.Combine(Clone, "history"));

    /// <summary>Those with a command, and the job's variables but for what this test sets.</summary>
    private IEnumerable<(string Name, string Run)> Steps()
    {
        YamlStream stream = [];
        stream.Load(new StringReader(File.ReadAllText(Path.Combine(Nightly, "github-workflow.yml"))));
        YamlNode job = stream.Documents.Single().RootNode["jobs"]["gate"];
        foreach ((YamlNode name, YamlNode value) in (YamlMappingNode)job["env"])
            _environment.TryAdd(name.ToString(), value.ToString());
        return ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>().Where(step => step.Children.ContainsKey("run")).Select(step => (step["name"].ToString(), step["run"].ToString()));
    }

    /// <summary>As GitHub runs a step.</summary>
    private async Task<(int ExitCode, string Output)> ShellAsync(string commands)
    {
        ProcessStartInfo start = new("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", commands]) { WorkingDirectory = Clone, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in _environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(Limit);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
