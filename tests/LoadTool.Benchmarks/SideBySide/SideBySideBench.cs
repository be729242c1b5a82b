using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LoadTool.Benchmarks.SideBySide;

/// <summary>
/// The same load made by four generators against the same echo server, one table: what a message costs beside a C program and beside
/// ClientWebSocket. Server and generator are pinned to a core each; needs Linux, `cc` and `taskset`.
/// </summary>
internal static class SideBySideBench
{
    private static readonly string[] Kinds = ["C", "ClientWebSocket", "ReceiveAsync", "event"];
    private static readonly int[] ConnectionCounts = [100, 1_000, 10_000];
    private static readonly int[] SecureCounts = [100, 1_000];

    /// <summary>A server's frame around 64 bytes; a client's has a mask key more.</summary>
    private const int FrameBytes = 66;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);

    /// <param name="arguments">Empty for all tables; for one process of them: its part, port and connections.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is [string part, .. string[] rest])
        {
            await RunPartAsync(part, rest);
            return 0;
        }

        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("error: not available on this system: the side-by-side bench needs Linux, cc and taskset");
            return 1;
        }

        string folder = Directory.CreateTempSubdirectory("loadtool-bench-").FullName;
        string server = Programs.Compile("echo_server", folder);
        string generator = Programs.Compile("generator", folder);
        Console.WriteLine($"64-byte text echo, closed loop, {Time.TotalSeconds} s each; {RuntimeInformation.FrameworkDescription}");
        Console.WriteLine($"{"generator",-18}{"connections",12}{"us/RT",9}{"user",8}{"x C",7}{"B/RT",9}{"B/conn",9}{"connects/s",12}");
        foreach (int count in ConnectionCounts)
            Compare(count, server, generator);
        Console.WriteLine();
        Console.WriteLine($"{"idle sockets",12}{"managed B",14}{"resident B",14}{"uncollected B",18}");
        Console.WriteLine(MeasureIdle(10_000, server));
        Console.WriteLine();
        Console.WriteLine($"{"connections",12}{"ws us",9}{"SslStream alone",18}{"wss us",9}{"wss / the two",18}");
        foreach (int count in SecureCounts)
        {
            double alone = double.Parse(Programs.OneLine("ssl-stream", count.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
            Console.WriteLine(SecureBench.Line(count, CostOf("ws", "serve", count), alone, CostOf("wss", "serve-tls", count)));
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task RunPartAsync(string part, string[] arguments)
    {
        switch (part, arguments)
        {
            case ("serve" or "serve-tls", []):
                await SecureBench.ServeAsync(isSecure: part == "serve-tls");
                break;
            case ("ssl-stream", [string sessions]):
                int count = int.Parse(sessions, CultureInfo.InvariantCulture);
                Console.WriteLine((await SecureBench.MeasureSslStreamAsync(count, FrameBytes + 4, FrameBytes)).ToString(CultureInfo.InvariantCulture));
                break;
            case ("idle", [string port, string connections]):
                Console.WriteLine(await IdleBench.RunAsync(new Uri($"ws://127.0.0.1:{port}/echo"), int.Parse(connections, CultureInfo.InvariantCulture)));
                break;
            case ("scaling", []):
                Console.WriteLine((await ScalingBench.RatioAsync()).ToString(CultureInfo.InvariantCulture));
                break;
            case ("arrivals", []):
                Console.WriteLine((await ArrivalBench.LatenessAsync()).ToString(CultureInfo.InvariantCulture));
                break;
            case ("idle-users", [string port, string users]):
                (long resident, long managed) = await IdleUsersBench.RunAsync(new Uri($"ws://127.0.0.1:{port}/echo"), int.Parse(users, CultureInfo.InvariantCulture));
                Console.WriteLine($"{resident} {managed}");
                break;
            case (_, [string port, string connections]):
                Uri target = new($"{(part == "wss" ? "wss" : "ws")}://127.0.0.1:{port}/echo");
                Console.WriteLine(await Generators.RunAsync(part, target, int.Parse(connections, CultureInfo.InvariantCulture), Time));
                break;
        }
    }

    private static string MeasureIdle(int connections, string server)
    {
        using Process target = Programs.Start("taskset", "-c", Programs.ServerCore, server);
        string line = Programs.OneLine("idle", target.StandardOutput.ReadLine()!, connections.ToString(CultureInfo.InvariantCulture));
        target.Kill();
        return line;
    }

    /// <returns>Microseconds of processor time per round trip.</returns>
    private static double CostOf(string generator, string server, int connections)
    {
        using Process target = Programs.Start("taskset", "-c", Programs.ServerCore, Environment.ProcessPath!, "side-by-side", server);
        Generation result = Generation.Parse(Programs.OneLine(generator, target.StandardOutput.ReadLine()!, connections.ToString(CultureInfo.InvariantCulture)));
        target.Kill();
        return (result.UserMicroseconds + result.SystemMicroseconds) / result.RoundTrips;
    }

    private static void Compare(int connections, string server, string generator)
    {
        double floor = 0;
        foreach (string kind in Kinds)
        {
            using Process target = Programs.Start("taskset", "-c", Programs.ServerCore, server);
            string port = target.StandardOutput.ReadLine()!;
            string[] command = kind == "C"
                ? [generator, port, connections.ToString(CultureInfo.InvariantCulture), Time.TotalSeconds.ToString(CultureInfo.InvariantCulture)]
                : [Environment.ProcessPath!, "side-by-side", kind, port, connections.ToString(CultureInfo.InvariantCulture)];
            using Process process = Programs.Start("taskset", ["-c", Programs.GeneratorCore, .. command]);
            Generation result = Generation.Parse(process.StandardOutput.ReadToEnd());
            process.WaitForExit();
            target.Kill();
            double cost = (result.UserMicroseconds + result.SystemMicroseconds) / result.RoundTrips;
            floor = kind == "C" ? cost : floor;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{kind,-18}{connections,12}{cost,9:0.00}{result.UserMicroseconds / result.RoundTrips,8:0.00}{cost / floor,7:0.00}{result.AllocatedBytes / result.RoundTrips,9:0.0}{result.ResidentBytesPerConnection,9:0}{connections / result.ConnectSeconds,12:0}"));
        }
    }
}
