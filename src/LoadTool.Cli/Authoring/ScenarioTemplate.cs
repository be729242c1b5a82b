using LoadTool.Outputs.Files;

namespace LoadTool.Cli.Authoring;

/// <summary>The scenario that <c>loadtool new</c> writes: small, and with one of each thing that most scenarios need.</summary>
internal static class ScenarioTemplate
{
    /// <summary>As a script.</summary>
    internal static string Script(string name) => $"""
        #!/usr/bin/env -S loadtool run
        // What one user does: open a socket, keep it, and ten times a second send a message and wait for its answer.
        // Try it:      loadtool run {name}.csx
        // Your server: loadtool run {name}.csx --target ws://127.0.0.1:9001/echo --vus 1000 --duration 30s
        using Windows.Networking.Sockets;

        {Body(name)};

        """;

    /// <summary>As a program of one file, which is a script as well.</summary>
    internal static string Program(string name) => $"""
        #!/usr/bin/env -S dotnet run
        // What one user does: open a socket, keep it, and ten times a second send a message and wait for its answer.
        // Try it:      dotnet run {name}.cs
        // Your server: dotnet run {name}.cs -- --target ws://127.0.0.1:9001/echo --vus 1000 --duration 30s
        // The same file, with all of the tool's options: loadtool run {name}.cs
        #:package LoadTool.Outputs@{Version}
        #:property PublishAot=false
        #:property TieredCompilation=false
        #:property ConcurrentGarbageCollection=false
        using LoadTool;
        using Windows.Networking.Sockets;

        {Body(name, "var scenario = ")};

        return await LoadRunner.RunAsync(args, scenario);

        """;

    /// <summary>The version of the packages that belong to this tool, without the commit it was built from.</summary>
    private static string Version => ToolVersion.Text.Split('+')[0];

    private static string Body(string name, string target = "") => $$"""
        var message = Payload.Template("{\"user\":{user},\"number\":{number},\"text\":\"{text}\"}", textBytes: Distribution.Uniform(20, 200));

        {{target}}Scenario.Create("{{name}}", async user =>
        {
            using var socket = new MessageWebSocket();
            socket.Control.MessageType = SocketMessageType.Utf8;
            await Step.Run("connect", user, () => socket.ConnectAsync(user.Target));

            await foreach (var turn in user.Pace(perSecond: 10))       // each turn knows the moment it was due
            {
                using var step = Step.Begin("message", user, turn);    // latency counts from that moment
                await socket.SendAsync(message.For(user));
                var answer = await socket.ReceiveAsync();
                step.Check("answer is not empty", answer.Length > 0);
                step.Ok(answer);                                       // a step not marked Ok() has failed
            }
        })
        .WithLoadSimulations(Simulation.KeepConstant(copies: 100, during: TimeSpan.FromSeconds(10)))
        .WithThresholds("errors: rate < 1%")
        """;
}
