using System.Text.RegularExpressions;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Authoring;

/// <summary>The page that leads through the scenarios says what is so.</summary>
public sealed partial class ScenariosPageTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "scenarios");
    private static readonly string Page = File.ReadAllText(Path.Combine(Folder, "README.md"));

    [Fact]
    public void The_page_leads_through_every_scenario()
    {
        string[] files = [.. Directory.GetFiles(Folder, "*.csx").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        string[] linked = [.. Link().Matches(Page).Select(link => link.Groups[1].Value).Order(StringComparer.Ordinal)];
        string[] commanded =
        [
            .. Commands().SelectMany(command => command)
                .Where(word => word.StartsWith("scenarios/", StringComparison.Ordinal))
                .Select(word => word["scenarios/".Length..])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

        Assert.Equal(files, linked);
        Assert.Equal(files, commanded);
    }

    [Fact]
    public async Task The_commands_of_the_page_run_in_their_order()
    {
        using WorkFolder folder = new();
        Dictionary<string, string> addresses = [];
        List<Tool> servers = [];
        try
        {
            foreach (string[] command in Commands())
            {
                if (command[0] == "serve")
                    servers.Add(await ServeAsync(folder, command, addresses));
                else
                    await RunAsync(folder, command, addresses);
            }
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }

        Assert.Equal(2, servers.Count);
    }

    [Fact]
    public async Task The_ping_pong_of_NBomber_ports_by_its_usings_the_runners_name_and_the_socket_type()
    {
        string[] programs = [.. Program().Matches(Page).Select(program => program.Groups[1].Value)];
        Assert.Equal(2, programs.Length);
        (string theirs, string ours) = (WithoutUsings(programs[0]), WithoutUsings(programs[1]));

        Assert.Contains("NBomberRunner", theirs);
        Assert.Equal(theirs.Replace("NBomberRunner", "LoadRunner").Replace("new WebSocket(new WebSocketConfig())", "new WebSocketClient()"), ours);

        await using LoopHost server = await LoopHost.StartAsync(EventLoop.DefaultEngine);
        using WorkFolder folder = new();
        folder.Write("ported.csx", programs[1].Replace("ws://localhost:60528/ws", server.Uri("/echo").ToString(), StringComparison.Ordinal));
        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "ported.csx", "--iterations", "20", "--results", "there");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("ported: ", output);
        using System.Text.Json.JsonDocument summary = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "there", "summary.json")));
        Assert.Equal(
            ["connect 20", "ping 20", "pong 20", "disconnect 20"],
            summary.RootElement.GetProperty("scenarios")[0].GetProperty("steps").EnumerateArray()
                .Select(step => $"{step.GetProperty("name").GetString()} {step.GetProperty("ok").GetProperty("count").GetInt64()}"));
    }

    private static async Task<Tool> ServeAsync(WorkFolder folder, string[] command, Dictionary<string, string> addresses)
    {
        int port = Array.IndexOf(command, "--port") + 1;
        Tool server = Tool.Start(folder.Root, [.. command[..port], "0", .. command[(port + 1)..]]);
        addresses[$":{command[port]}/"] = $":{(await server.ReadLineAsync())!.Split(':')[^1]}/";
        return server;
    }

    private static async Task RunAsync(WorkFolder folder, string[] command, Dictionary<string, string> addresses)
    {
        string[] arguments = [.. command.Select(word => word.StartsWith("scenarios/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, word) : word)];
        foreach ((string written, string actual) in addresses)
            arguments = [.. arguments.Select(word => word.Replace(written, actual, StringComparison.Ordinal))];
        int duration = Array.IndexOf(arguments, "--duration") + 1;
        if (duration > 0)
            arguments[duration] = "1s";
        else if (command[0] == "run")
            arguments = [.. arguments, "--duration", "1s"];

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, arguments);

        Assert.True(exitCode == 0 && error == "", $"loadtool {string.Join(' ', command)} ended with {exitCode}: {output}{error}");
        if (command[0] == "run")
            Assert.Contains(" 0 failed", output);
    }

    /// <summary>What follows `loadtool`, in words; quoted ones are one.</summary>
    private static string[][] Commands() =>
    [
        .. Shell().Matches(Page)
            .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(line => Word().Matches(line).Select(word => word.Value.Trim('"')).ToArray())
            .Select(words => words[0] == "loadtool" ? words[1..] : throw new InvalidOperationException($"{words[0]} is no command that this test can run.")),
    ];

    private static string WithoutUsings(string program) =>
        string.Join('\n', program.Split('\n').Where(line => !Import().IsMatch(line))).Trim();

    [GeneratedRegex(@"\]\(([a-z-]+\.csx)\)")]
    private static partial Regex Link();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Word();

    [GeneratedRegex("^using [A-Za-z.]+;$")]
    private static partial Regex Import();
}
