using System.Text.Json;
using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Run;

/// <summary>The tool with <c>wss://</c> targets.</summary>
public sealed class TlsToolTests
{
    private static readonly string Echo = Path.Combine(Repository.Root, "scenarios", "echo.csx");

    [Theory]
    [InlineData("epoll")]
    [InlineData("portable")]
    public async Task A_run_over_TLS_needs_insecure_for_the_certificate_that_serve_makes(string engine)
    {
        using WorkFolder folder = new();
        using Tool server = Tool.Start(folder.Root, "serve", "--tls", "--port", "0", "--engine", engine);
        string address = (await server.ReadLineAsync())!["listening on ".Length..];
        Assert.StartsWith("wss://127.0.0.1:", address);
        string[] run = ["run", Echo, "--target", $"{address}/echo", "--vus", "3", "--duration", "1s", "--engine", engine];

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, [.. run, "--insecure"]);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(" 0 failed", output);

        (exitCode, _, error) = await Tool.RunAsync(folder.Root, run);

        Assert.Matches(
            $"^error: no iteration succeeded against {address}/echo: CertificateIsInvalid \\(certificate not trusted\\) \\d+ times; --insecure accepts any certificate\n$", error);
        Assert.Equal(104, exitCode);
    }

    [Fact]
    public async Task The_scenario_of_subprotocols_and_TLS_resumes_what_it_can()
    {
        using WorkFolder folder = new();
        using Tool server = Tool.Start(folder.Root, "serve", "--tls", "--port", "0");
        string port = (await server.ReadLineAsync())!.Split(':')[^1];

        (int exitCode, _, string error) = await Tool.RunAsync(
            folder.Root, "run", Path.Combine(Repository.Root, "scenarios", "subprotocol-and-tls.csx"), "--target", $"wss://localhost:{port}/echo", "--insecure", "--iterations", "40", "--loops", "1", "--results", "there");

        Assert.Equal((0, ""), (exitCode, error));
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "there", "summary.json")));
        Dictionary<string, (long Ok, long Failed)> checks = summary.RootElement.GetProperty("scenarios")[0].GetProperty("checks").EnumerateArray().ToDictionary(
            check => check.GetProperty("name").GetString()!,
            check => (check.GetProperty("ok").GetProperty("count").GetInt64(), check.GetProperty("fail").GetProperty("count").GetInt64()));
        Assert.Equal((40, 0), checks["the subprotocol is the first choice"]);
        Assert.Equal((40, 0), checks["TLS 1.3"]);
        Assert.InRange(checks["resumed"].Ok, 1, 39);
        Assert.Equal(40, checks["resumed"].Ok + checks["resumed"].Failed);
    }

    [Fact]
    public async Task A_script_accepts_a_self_made_certificate_itself()
    {
        using WorkFolder folder = new();
        using Tool server = Tool.Start(folder.Root, "serve", "--tls", "--port", "0");
        string port = (await server.ReadLineAsync())!.Split(':')[^1];
        folder.Write("accepting.csx", """
            using Windows.Networking.Sockets;
            using Windows.Security.Cryptography.Certificates;

            Scenario.Create("accepting", async user =>
            {
                using var socket = new MessageWebSocket();
                socket.Control.IgnorableServerCertificateErrors.Add(ChainValidationResult.Untrusted);
                await socket.ConnectAsync(user.Target);
                await socket.SendAsync("hello");
                if ((await socket.ReceiveAsync()).ReadString() != "hello")
                    throw new Exception("another answer");
            });
            """);

        (int exitCode, string output, string error) = await Tool.RunAsync(
            folder.Root, "run", "accepting.csx", "--target", $"wss://localhost:{port}/echo", "--vus", "1", "--iterations", "3");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("accepting: 3 ok, 0 failed", output);
    }
}
