using System.Diagnostics;

namespace LoadTool.EndToEnd.Programs;

/// <summary>A program beyond the .NET SDK that tests talk to: where it is, and what to install when it is not.</summary>
/// <param name="Name">The name that a skip reason shows.</param>
/// <param name="Paths">Files that must all exist; a name without a slash is looked up on PATH.</param>
/// <param name="DebianPackage">What <c>apt-get install</c> brings it.</param>
public sealed record Program(string Name, string[] Paths, string DebianPackage)
{
    public static readonly Program Node = new("node", ["node", "npm"], "nodejs npm");

    /// <summary>Debian's own interpreter, because Debian's modules are installed for that one.</summary>
    public static readonly Program PythonWebSockets =
        new("python3-websockets", ["/usr/bin/python3", "/usr/lib/python3/dist-packages/websockets/__init__.py"], "python3-websockets");

    public static readonly Program JavaHdrHistogram = new("Java HdrHistogram", ["java", "javac", "/usr/share/java/hdrhistogram.jar"], "default-jdk-headless libhdrhistogram-java");

    public static readonly Program OpenSsl = new("openssl", ["openssl"], "openssl");

    public static readonly Program TinyProxy = new("tinyproxy", ["tinyproxy"], "tinyproxy-bin");

    public static readonly Program Chromium = new("chromium", ["chromium"], "chromium");

    public static readonly Program Prometheus = new("prometheus", ["prometheus", "promtool"], "prometheus");

    public static readonly Program VictoriaMetrics = new("victoria-metrics", ["victoria-metrics"], "victoria-metrics");

    public static readonly Program InfluxDb = new("influxdb", ["influxd"], "influxdb");

    public static readonly Program Graphite = new("graphite-carbon", ["carbon-cache"], "graphite-carbon");

    public static readonly Program PostgreSql = new("postgresql", ["/usr/lib/postgresql/15/bin/initdb", "/usr/lib/postgresql/15/bin/postgres"], "postgresql-15");

    private static readonly bool Required = Environment.GetEnvironmentVariable("LOADTOOL_REQUIRE_PROGRAMS") == "1";

    /// <summary>Null when the program is here, or when its absence must fail the test instead of skipping it.</summary>
    public string? SkipReason =>
        Required || Paths.All(path => Find(path) is not null) ? null : $"{Name} is not on this machine (Debian: apt-get install {DebianPackage})";

    /// <summary>The full path of one of <see cref="Paths"/>.</summary>
    public string Path(string name) =>
        Find(name) ?? throw new InvalidOperationException($"{Name} is not on this machine (Debian: apt-get install {DebianPackage})");

    /// <summary>Runs a command to its end, within a minute, and returns what it printed.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string file, IEnumerable<string> arguments, string? folder = null, string? input = null)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Environment.CurrentDirectory,
        };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            if (input is not null)
                await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} did not end within a minute");
        }

        return (process.ExitCode, await output, await error);
    }

    private static string? Find(string path)
    {
        if (path.Contains('/'))
            return File.Exists(path) ? path : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Select(folder => System.IO.Path.Combine(folder, path))
            .FirstOrDefault(File.Exists);
    }
}
