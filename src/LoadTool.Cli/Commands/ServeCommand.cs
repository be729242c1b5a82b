using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using LoadTool.Cli.Configuration;
using LoadTool.Cli.Serve;
using LoadTool.Sockets;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool serve</c>: the target server.</summary>
internal static class ServeCommand
{
    /// <summary>How the first line begins; whoever starts the server as a child reads the address after it.</summary>
    internal const string ReadyLine = "listening on ";

    /// <summary>Outside the range that Linux gives to outgoing connections, so that no client's own port is in the way.</summary>
    private const int DefaultPort = 9001;

    internal static Command Create()
    {
        Option<int?> port = OptionValue.Number<int>("--port", $"TCP port; 0 takes a free one; {DefaultPort} by default.");
        Option<string> address = new("--address") { Description = "Address to listen on; 0.0.0.0 is every one of this machine's.", HelpName = "ip", DefaultValueFactory = _ => "127.0.0.1" };
        Option<string?> engine = OptionValue.Engine();
        Option<bool> tls = new("--tls") { Description = "Serve wss:// with a certificate made for this run; clients need to accept it (run --insecure)." };
        Option<bool> child = new("--until-input-ends") { Description = "Stop when standard input ends.", Hidden = true };
        Command command = new("serve", "Run a target server: /echo, and paths that answer well or badly on purpose. It lists them as it starts.")
        {
            port, address, tls, engine, child,
        };
        command.SetAction((parsed, cancellation) => ServeAsync(
            EndPointOf(parsed.GetValue(address)!, parsed.GetValue(port) ?? DefaultPort), parsed.GetValue(engine) is { } name ? new OptionText("--engine", name).Engine() : EventLoop.DefaultEngine, parsed.GetValue(tls), parsed.GetValue(child), cancellation));
        return command;
    }

    private static IPEndPoint EndPointOf(string address, int port)
    {
        if (!IPAddress.TryParse(address, out IPAddress? parsed))
            throw new UsageException($"--address {address} is no IP address: write one such as 127.0.0.1, ::1 or 0.0.0.0");
        return port is >= 0 and <= 65_535 ? new IPEndPoint(parsed, port) : throw new UsageException($"--port {port} is no TCP port: write 0 to 65535");
    }

    private static async Task<int> ServeAsync(IPEndPoint local, EngineKind engine, bool isSecure, bool untilInputEnds, CancellationToken cancellation)
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration cancelled = cancellation.Register(() => stopped.TrySetResult());
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, stopped, ignore: untilInputEnds);
        using PosixSignalRegistration terminate = OnSignal(PosixSignal.SIGTERM, stopped, ignore: false);
        using EventLoop loop = EventLoop.Create(engine, TimeProvider.System, "server");
        loop.UnhandledException += error => Console.Error.WriteLine($"error: {error}");
        loop.Start();
        await EngineWarmUp.OnceAsync(engine, TimeProvider.System);
        using X509Certificate2? certificate = isSecure ? SelfMadeCertificate.Create(TimeProvider.System, local.Address) : null;
        try
        {
            IPEndPoint bound = await TargetServer.StartAsync(loop, local, Console.Error.WriteLine, certificate is null ? null : SelfMadeCertificate.Options(certificate));
            Console.WriteLine($"{ReadyLine}{(isSecure ? "wss" : "ws")}://{bound}");
            if (!untilInputEnds)
                ListPaths();
        }
        catch (SocketException error)
        {
            throw new UsageException($"cannot listen on {local}: {Remedy(error, local)}");
        }

        if (untilInputEnds)
            _ = Console.In.ReadToEndAsync(CancellationToken.None).ContinueWith(_ => stopped.TrySetResult(), TaskScheduler.Default);
        await stopped.Task;
        return ExitCode.Ok;
    }

    /// <summary>A child leaves Ctrl-C to its parent, which both receive: the parent's sockets are to be closed first.</summary>
    private static PosixSignalRegistration OnSignal(PosixSignal signal, TaskCompletionSource stopped, bool ignore) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (!ignore)
                stopped.TrySetResult();
        });

    private static void ListPaths()
    {
        foreach ((string path, string purpose) in TargetServer.Paths)
            Console.WriteLine($"  {path,-28}{purpose}");
    }

    private static string Remedy(SocketException error, IPEndPoint local) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"port {local.Port} is in use; choose another with --port, or --port 0 for a free one",
        SocketError.AddressNotAvailable => "the address is not of this machine; choose another with --address",
        SocketError.AccessDenied => $"port {local.Port} needs more rights; choose one from 1024 on with --port",
        _ => error.Message,
    };
}
