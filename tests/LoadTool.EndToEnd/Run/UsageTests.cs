namespace LoadTool.EndToEnd.Run;

/// <summary>What a user gets wrong on the command line: one line that says what and what to do, and exit code 104.</summary>
public sealed class UsageTests
{
    private const string Idle = """
        Scenario.Create("idle", async user => await user.Delay(Timeout.InfiniteTimeSpan))
            .WithLoadSimulations(Simulation.KeepConstant(copies: 1, during: TimeSpan.FromSeconds(1)));
        """;

    [Theory]
    [InlineData("", "error: Required command was not provided (see `loadtool --help`)")]
    [InlineData("rnu idle.csx", "error: unknown command rnu; did you mean run? (see `loadtool --help`)")]
    [InlineData("blow", "error: unknown command blow (see `loadtool --help`)")]
    [InlineData("run", "error: Required argument 'script' missing for command: 'run' (see `loadtool run --help`)")]
    [InlineData("run idle.csx other.csx", "error: unknown argument other.csx (see `loadtool run --help`)")]
    [InlineData("run idle.csx --vsu 3", "error: unknown option --vsu; did you mean --vus? (see `loadtool run --help`)")]
    [InlineData("run --vsu 3 idle.csx", "error: unknown option --vsu; did you mean --vus? (see `loadtool run --help`)")]
    [InlineData("check -x", "error: unknown option -x (see `loadtool check --help`)")]
    [InlineData("run idle.csx --durtion 3s", "error: unknown option --durtion; did you mean --duration? (see `loadtool run --help`)")]
    [InlineData("run idle.csx --vus", "error: Required argument missing for option: '--vus' (see `loadtool run --help`)")]
    [InlineData("run idle.csx --vus many", "error: --vus many is no whole number: write one such as 100")]
    [InlineData("run idle.csx --vus 0", "error: --vus 0 makes no load: write 1 or more")]
    [InlineData("run idle.csx --loops 1000000", "error: --loops 1000000 is too many for the CORES cores of this machine: write at most MOST")]
    [InlineData("run idle.csx --iterations 0", "error: --iterations 0 makes no load: write 1 or more")]
    [InlineData("run idle.csx --duration 30", "error: --duration 30 is no duration: write a number with its unit, such as 500ms, 30s, 1m30s or 2h (at most 30 days)")]
    [InlineData("run idle.csx --rate fast", "error: --rate fast is no arrival rate: write iterations per second such as 300 or 0.5, or with a unit such as 300/s or 90/m")]
    [InlineData("run idle.csx --env NAME", "error: --env has an item that is no NAME=VALUE")]
    [InlineData("run idle.csx --socket nagel=on", "error: --socket: there is no socket setting nagel: there are nagle, send-buffer, receive-buffer, deflate, fragment")]
    [InlineData("run idle.csx --socket send-buffer=large", "error: --socket: send-buffer is a number of bytes, not large; 0 for none of its own")]
    [InlineData("run idle.csx --engine fast", "error: --engine fast is no event loop: write epoll or portable")]
    [InlineData("run idle.csx --vus 1 --rate 1", "error: --vus and --rate contradict each other: the one keeps so many users running, the other starts so many iterations per second")]
    [InlineData("run idle.csx --stage 30s", "error: --stage 30s is no stage: write how long it takes and how many users it ends with, such as 30s:100")]
    [InlineData("run idle.csx --stage 30s:10 --duration 1m", "error: --duration and --stage contradict each other: each stage says how long it lasts")]
    [InlineData("run idle.csx --config absent.yaml", "error: --config absent.yaml: there is no such file; the path counts from FOLDER")]
    [InlineData("run idle.csx --target nonsense", "error: --target nonsense is no WebSocket URL: write one such as ws://127.0.0.1:9001/echo")]
    [InlineData("run idle.csx --target http://127.0.0.1/", "error: --target http://127.0.0.1/ is no WebSocket URL: it begins with http://, where ws:// or wss:// is needed")]
    [InlineData("run idle.csx --out paper", "error: there is no output paper (see `loadtool outputs`)")]
    [InlineData("run idle.csx --out exce=ls", "error: there is no output exce; did you mean exec? (see `loadtool outputs`)")]
    [InlineData("run idle.csx --out exec", "error: output exec needs a target: write one such as --out exec=\"jq .trust.verdict\"")]
    [InlineData("run idle.csx --out exec=ls --out exec=ls", "error: output exec is asked for twice: leave one out, or give each a target of its own")]
    [InlineData("run idle.csx --out exec=ls --out-setting exec.tmeout=3s", "error: there is no output setting exec.tmeout; did you mean exec.timeout? (see `loadtool outputs`)")]
    [InlineData("run idle.csx --out exec=ls --out-setting exec.timeout=3", "error: output exec: setting exec.timeout is no duration: write one such as 500ms, 30s or 1m30s")]
    [InlineData("run absent.csx", "absent.csx: error: there is no such script: the path counts from FOLDER")]
    [InlineData("check absent.csx", "absent.csx: error: there is no such script: the path counts from FOLDER")]
    [InlineData("serve --address nowhere", "error: --address nowhere is no IP address: write one such as 127.0.0.1, ::1 or 0.0.0.0")]
    [InlineData("serve --address 192.0.2.1", "error: cannot listen on 192.0.2.1:9001: the address is not of this machine; choose another with --address")]
    [InlineData("serve --port 70000", "error: --port 70000 is no TCP port: write 0 to 65535")]
    public async Task A_mistake_on_the_command_line_is_told_in_one_line(string arguments, string expected)
    {
        using WorkFolder folder = new();
        folder.Write("idle.csx", Idle);

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        expected = expected.Replace("FOLDER", folder.Root).Replace("CORES", $"{Environment.ProcessorCount}").Replace("MOST", $"{4 * Environment.ProcessorCount}");
        Assert.Equal(expected + "\n", error);
        Assert.Equal("", output);
        Assert.Equal(104, exitCode);
    }

    [Fact]
    public async Task Help_and_version_name_the_tool_as_users_call_it()
    {
        using WorkFolder folder = new();

        (int helpCode, string help, _) = await Tool.RunAsync(folder.Root, "run", "--help");
        (int versionCode, string version, _) = await Tool.RunAsync(folder.Root, "version");

        Assert.Equal((0, 0), (helpCode, versionCode));
        Assert.Contains("loadtool run <script> [options]", help);
        Assert.Contains("--vus <number>", help);
        Assert.Matches(@"^loadtool \d+\.\d+\.\d+\S* \(\.NET \S+, \S+\)\n$", version);
    }

    [Fact]
    public async Task Check_compiles_and_runs_nothing()
    {
        using WorkFolder folder = new();
        folder.Write("quiet.csx", "throw new Exception(\"was run\");");

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "check", "quiet.csx");

        Assert.Equal((0, "quiet.csx: compiles\n", ""), (exitCode, output, error));
    }

    [Fact]
    public async Task More_users_than_open_files_are_refused_with_the_limit_and_how_to_raise_it()
    {
        using WorkFolder folder = new();
        folder.Write("idle.csx", Idle);
        await Tool.RunAsync(folder.Root, "check", "idle.csx");
        using Tool tool = Tool.StartProgram(
            folder.Root, "sh", ["-c", $"ulimit -n 300; exec dotnet '{Tool.Assembly}' run idle.csx --vus 150 --target ws://127.0.0.1:9/"]);

        (int exitCode, _, string error) = await tool.EndAsync();

        Assert.Equal(
            "error: 150 virtual users need about 350 open files, and this process may have 300: raise the limit with `ulimit -n 350` "
            + "(above the hard limit: as root, or in /etc/security/limits.conf), or use fewer users\n",
            error);
        Assert.Equal(104, exitCode);
    }
}
