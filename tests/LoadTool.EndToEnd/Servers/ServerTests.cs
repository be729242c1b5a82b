using System.Security.Cryptography.X509Certificates;
using LoadTool.Cli;
using LoadTool.Cli.Commands;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Scripting;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;
using LoadTool.EndToEnd.Sockets;
using LoadTool.Sockets;

namespace LoadTool.EndToEnd.Servers;

/// <summary>The echo example against servers no one here wrote: no failures, nothing lost, clean closes.</summary>
public sealed class ServerTests
{
    private const int Users = 200;

    /// <summary>A TLS handshake costs both ends some milliseconds of processor time: so many fit into the load's time on a busy machine too.</summary>
    private const int SecureUsers = 40;

    /// <summary>Long enough for every user to come to an echo on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    private static readonly string Echo = Path.Combine(Repository.Root, "scenarios", "echo.csx");

    [FactWith(nameof(Programs.Program.Node))]
    public async Task Echo_runs_against_ws_of_npm()
    {
        await using EchoPeer server = await EchoPeer.StartAsync(Programs.Program.Node.Path("node"), "ws-echo.js", await NodePackages.FolderAsync());

        await AssertEchoAsync(server.Uri);

        Assert.All(await server.ClosesAsync(Users), close => Assert.Equal("closed 1005", close));
    }

    [FactWith(nameof(Programs.Program.PythonWebSockets))]
    public async Task Echo_runs_against_websockets_of_Python()
    {
        await using EchoPeer server = await EchoPeer.StartAsync(
            Programs.Program.PythonWebSockets.Path("/usr/bin/python3"), "websockets-echo.py", Path.Combine(Repository.Root, "tests", "peers"));

        await AssertEchoAsync(server.Uri);

        Assert.All(await server.ClosesAsync(Users), close => Assert.Equal("closed 1005", close));
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task Echo_runs_against_Kestrel(EngineKind engine)
    {
        await using KestrelEcho server = await KestrelEcho.StartAsync();

        await AssertEchoAsync(server.Uri, engine);

        // .NET's WebSocket reports an empty Close frame as 1000.
        Assert.Equal(Enumerable.Repeat("closed 1000", Users), server.Closes);
    }

    [Theory]
    [InlineData(EngineKind.Epoll)]
    [InlineData(EngineKind.Portable)]
    public async Task Echo_runs_against_Kestrel_over_TLS(EngineKind engine)
    {
        await using KestrelEcho server = await KestrelEcho.StartAsync(TestCertificates.Instance.SelfSigned);

        await AssertEchoAsync(server.Uri, engine, SecureUsers);

        Assert.Equal(Enumerable.Repeat("closed 1000", SecureUsers), server.Closes);
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task Echo_runs_against_ws_of_npm_over_TLS()
    {
        using WorkFolder folder = new();
        X509Certificate2 certificate = TestCertificates.Instance.SelfSigned;
        folder.Write("server.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem());
        await using EchoPeer server = await EchoPeer.StartAsync(
            Programs.Program.Node.Path("node"), "ws-echo.js", await NodePackages.FolderAsync(), Path.Combine(folder.Root, "server.pem"));

        await AssertEchoAsync(server.Uri, users: SecureUsers);

        Assert.All(await server.ClosesAsync(SecureUsers), close => Assert.Equal("closed 1005", close));
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task The_tool_itself_runs_against_ws_of_npm()
    {
        await using EchoPeer server = await EchoPeer.StartAsync(Programs.Program.Node.Path("node"), "ws-echo.js", await NodePackages.FolderAsync());
        using WorkFolder folder = new();

        (int exitCode, _, string error) = await Tool.RunAsync(
            folder.Root, "run", Echo, "--target", server.Uri.ToString(), "--vus", $"{Users}", "--duration", "1s", "--loops", "2");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(await server.ClosesAsync(Users), close => Assert.Equal("closed 1005", close));
    }

    private static async Task AssertEchoAsync(Uri target, EngineKind engine = EngineKind.Epoll, int users = Users)
    {
        CompiledScript script = ScenarioScript.Compile(Echo);
        Scenario scenario = Assert.Single((await ScenarioScript.RunAsync(script, Echo, new ScriptGlobals([], () => new Dictionary<string, string>(), new ScriptOptions(path => path)))).Scenarios);
        scenario.WithLoadSimulations(Simulation.KeepConstant(users, Length));

        (RunResult result, Notes notes) = await Lab.RunAsync(scenario, Lab.Options with { Target = target, AcceptsAnyServerCertificate = true, Loops = 2, Engine = engine });

        Assert.Empty(result.Failures);
        Assert.Empty(notes.Log);
        Assert.Equal(users, result.Steps.Single(step => step.Step == "connect").OkCount);
        Assert.Equal(users, Assert.Single(result.Iterations).OkCount);
        long echoes = result.Steps.Single(step => step.Step == "echo").OkCount;
        Assert.InRange(echoes, users, long.MaxValue);
        Assert.Equal((echoes, echoes), (result.Traffic.MessagesSent, result.Traffic.MessagesReceived));
        Assert.Equal(result.Traffic, notes.Traffic);
        Assert.Equal(0, result.ConnectionsAtEnd);
    }
}
