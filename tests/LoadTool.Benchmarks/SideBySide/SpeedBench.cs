using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LoadTool.Benchmarks.SideBySide;

/// <summary>
/// What the tool promises of its own speed, in one table: each figure beside the C program's of the same run, or beside its limit. Server and generator are
/// pinned to a core each; needs Linux, `cc`, `taskset` and a machine that does nothing else.
/// </summary>
internal static class SpeedBench
{
    private const int Rounds = 3;
    private const int Sockets = 1_000;
    private const int PacedSockets = 100;
    private const int PacedRate = 20_000;
    private const int IdleUsers = 19_000;
    private const int Seconds = 6;

    private static readonly string[] Parts = ["closed", "paced", "loops", "arrivals", "idle"];

    /// <param name="arguments">Parts of the table: closed, paced, loops, arrivals, idle; none for all.</param>
    /// <returns>The exit code: 0 when all that was measured keeps its limit.</returns>
    internal static int Run(string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || arguments.Except(Parts).FirstOrDefault() is { } unknown)
        {
            Console.Error.WriteLine(OperatingSystem.IsLinux()
                ? $"error: there is no such part; there are {string.Join(", ", Parts)}"
                : "error: not available on this system: the speed bench needs Linux, cc and taskset");
            return 1;
        }

        string folder = Directory.CreateTempSubdirectory("loadtool-bench-").FullName;
        string server = Programs.Compile("echo_server", folder), generator = Programs.Compile("generator", folder);
        Console.WriteLine($"{"figure",-62}{"C",12}{"loadtool",12}{"limit",12}");
        List<Row> rows = [];
        foreach (string part in arguments.Length > 0 ? arguments : Parts)
        {
            foreach (Row row in part switch
            {
                "closed" => Closed(server, generator, folder),
                "paced" => Paced(server, generator, folder),
                "loops" => [Loops()],
                "arrivals" => [Arrivals()],
                _ => [Idle(server)],
            })
            {
                rows.Add(row);
                Console.WriteLine(row);
            }
        }

        Directory.Delete(folder, recursive: true);
        return rows.TrueForAll(row => row.IsKept) ? 0 : 1;
    }

    /// <summary>Both programs in turn, so that what the machine does else falls on both; the median of the rounds' ratios.</summary>
    private static IEnumerable<Row> Closed(string server, string generator, string folder)
    {
        List<(double C, double Tool)> rounds = [];
        for (int round = 0; round < Rounds; round++)
        {
            using Process target = Programs.Start("taskset", "-c", Programs.ServerCore, server);
            string port = target.StandardOutput.ReadLine()!;
            Generation floor = Generation.Parse(OfGenerator(generator, port, Sockets, Seconds));
            (long roundTrips, double cpu, _) = OfTool("echo.csx", folder, port, Sockets, Seconds);
            rounds.Add(((floor.UserMicroseconds + floor.SystemMicroseconds) / floor.RoundTrips, cpu / roundTrips));
            target.Kill();
        }

        (double c, double tool) = rounds.OrderBy(round => round.Tool / round.C).ElementAt(Rounds / 2);
        yield return new($"loadtool run, echo, {Sockets:n0} sockets, one loop: CPU us per round trip", c, tool, "1.6 x C", tool <= 1.6 * c);

        // What connecting allocates is in both; snapshots and outputs are another thread's.
        using Process server2 = Programs.Start("taskset", "-c", Programs.ServerCore, server);
        string port2 = server2.StandardOutput.ReadLine()!;
        (long fewer, _, double before) = OfTool("echo.csx", folder, port2, Sockets, Seconds);
        (long more, _, double after) = OfTool("echo.csx", folder, port2, Sockets, 3 * Seconds);
        server2.Kill();
        double bytes = (after - before) / (more - fewer);
        yield return new("  bytes allocated per further round trip, on the loop", null, bytes, "0", bytes < 0.005);
    }

    private static IEnumerable<Row> Paced(string server, string generator, string folder)
    {
        List<(double P50, double P99)> c = [], tool = [];
        for (int round = 0; round < Rounds; round++)
        {
            using Process target = Programs.Start("taskset", "-c", Programs.ServerCore, server);
            string port = target.StandardOutput.ReadLine()!;
            string[] line = OfGenerator(generator, port, PacedSockets, Seconds, PacedRate).Split(' ');
            c.Add((Number(line[1]), Number(line[2])));
            tool.Add(OfPacedTool(folder, port));
            target.Kill();
        }

        (double p50, double p50OfTool) = (Median(c, row => row.P50), Median(tool, row => row.P50));
        (double p99, double p99OfTool) = (Median(c, row => row.P99), Median(tool, row => row.P99));
        yield return new($"{PacedRate:n0} messages/s over {PacedSockets} sockets, one loop: p50 us", p50, p50OfTool, "C + 10 us", p50OfTool <= p50 + 10);
        yield return new("  p99 us", p99, p99OfTool, "2 x C", p99OfTool <= 2 * p99);
    }

    private static Row Loops()
    {
        double ratio = Enumerable.Range(0, Rounds).Select(_ => Number(Programs.OneLineOn(cores: null, "scaling"))).Order().ElementAt(Rounds / 2);
        return new("two loops on two cores, over networks of memory, x one loop", null, ratio, ">= 1.8", ratio >= 1.8);
    }

    private static Row Arrivals()
    {
        double p99 = Enumerable.Range(0, Rounds).Select(_ => Number(Programs.OneLine("arrivals"))).Order().ElementAt(Rounds / 2);
        return new("100,000 iterations/s started on one loop: lateness p99 us", null, p99, "< 1,000", p99 < 1_000);
    }

    private static Row Idle(string server)
    {
        using Process target = Programs.Start("taskset", "-c", Programs.ServerCore, server);
        string line = Programs.OneLine("idle-users", target.StandardOutput.ReadLine()!, Text(IdleUsers));
        target.Kill();
        double bytes = Number(line.Split(' ')[0]);
        return new($"{IdleUsers:n0} idle sockets, each awaited by its user: resident bytes each", null, bytes, "< 1,024", bytes < 1_024);
    }

    private static string OfGenerator(string generator, params object[] arguments)
    {
        using Process process = Programs.Start("taskset", ["-c", Programs.GeneratorCore, generator, .. arguments.Select(argument => string.Create(CultureInfo.InvariantCulture, $"{argument}"))]);
        string line = process.StandardOutput.ReadToEnd().TrimEnd();
        process.WaitForExit();
        return line;
    }

    private static (double P50, double P99) OfPacedTool(string folder, string port)
    {
        JsonElement latency = Summary("paced.csx", folder, port, PacedSockets, Seconds).GetProperty("scenarios")[0].GetProperty("steps")[0].GetProperty("latency");
        return (Microseconds(latency.GetProperty("p50")), Microseconds(latency.GetProperty("p99")));

        static double Microseconds(JsonElement seconds) => seconds.GetDouble() * 1e6;
    }

    private static (long RoundTrips, double CpuMicroseconds, double AllocatedBytes) OfTool(string script, string folder, string port, int users, int seconds)
    {
        JsonElement summary = Summary(script, folder, port, users, seconds);
        JsonElement cost = summary.GetProperty("generator").GetProperty("measured");
        return (
            summary.GetProperty("scenarios")[0].GetProperty("steps")[0].GetProperty("ok").GetProperty("count").GetInt64(),
            1e6 * (cost.GetProperty("cpu_user_seconds").GetDouble() + cost.GetProperty("cpu_system_seconds").GetDouble()),
            summary.GetProperty("trust").GetProperty("figures").GetProperty("loops")[0].GetProperty("allocated_bytes").GetDouble());
    }

    private static JsonElement Summary(string script, string folder, string port, int users, int seconds)
    {
        string results = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
        using Process tool = Programs.Start(
            "taskset",
            "-c", Programs.GeneratorCore,
            "dotnet", typeof(Cli.ScriptGlobals).Assembly.Location, "run", Path.Combine(AppContext.BaseDirectory, "SideBySide", script),
            "--target", $"ws://127.0.0.1:{port}/echo", "--vus", Text(users), "--duration", $"{seconds}s", "--loops", "1", "--quiet",
            "--env", $"RATE={PacedRate}", "--results", results);
        string said = tool.StandardOutput.ReadToEnd();
        tool.WaitForExit();
        if (tool.ExitCode != 0)
            throw new InvalidOperationException($"loadtool ended with {tool.ExitCode}: {said}");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(results, "summary.json")));
        return document.RootElement.Clone();
    }

    private static double Median(IEnumerable<(double P50, double P99)> rows, Func<(double P50, double P99), double> figure) =>
        rows.Select(figure).Order().ElementAt(Rounds / 2);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A line of the table.</summary>
    private sealed record Row(string Figure, double? C, double Tool, string Limit, bool IsKept)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Figure,-62}{C,12:n2}{Tool,12:n2}{Limit,12}{(IsKept ? "" : "  missed")}");
    }
}
