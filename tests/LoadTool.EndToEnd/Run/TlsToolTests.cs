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
