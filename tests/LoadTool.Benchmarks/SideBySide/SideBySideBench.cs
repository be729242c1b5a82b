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
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);

    /// <param name="arguments">Empty for the whole table; or, for one generator: kind, port, connections.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is [string kind, string port, string connections])
        {
            Uri target = new($"ws://127.0.0.1:{port}/echo");
            Console.WriteLine(await Generators.RunAsync(kind, target, int.Parse(connections, CultureInfo.InvariantCulture), Time));
            return 0;
        }

        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("error: not available on this system: the side-by-side bench needs Linux, cc and taskset");
            return 1;
        }

        string folder = Directory.CreateTempSubdirectory("loadtool-bench-").FullName;
        string server = Compile("echo_server", folder);
        string generator = Compile("generator", folder);
        Console.WriteLine($"64-byte text echo, closed loop, {Time.TotalSeconds} s each; {RuntimeInformation.FrameworkDescription}");
        Console.WriteLine($"{"generator",-18}{"connections",12}{"us/RT",9}{"user",8}{"x C",7}{"B/RT",9}{"B/conn",9}{"connects/s",12}");
        foreach (int count in ConnectionCounts)
            Compare(count, server, generator);
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static void Compare(int connections, string server, string generator)
    {
        double floor = 0;
        foreach (string kind in Kinds)
        {
            using Process target = Start("taskset", "-c", "0", server);
            string port = target.StandardOutput.ReadLine()!;
            string[] command = kind == "C"
                ? [generator, port, connections.ToString(CultureInfo.InvariantCulture), Time.TotalSeconds.ToString(CultureInfo.InvariantCulture)]
                : [Environment.ProcessPath!, "side-by-side", kind, port, connections.ToString(CultureInfo.InvariantCulture)];
            using Process process = Start("taskset", ["-c", "1", .. command]);
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

    private static string Compile(string name, string folder)
    {
        string program = Path.Combine(folder, name);
        using Process compiler = Start("cc", "-O2", "-o", program, Path.Combine(AppContext.BaseDirectory, "SideBySide", name + ".c"));
        compiler.WaitForExit();
        return program;
    }

    private static Process Start(string file, params string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredCompilation"] = "0";
        return Process.Start(start)!;
    }
}
