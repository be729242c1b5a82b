using System.Diagnostics;
using System.Globalization;
using LoadTool.Analysis.Soak;
using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Soak;

/// <summary>Writes down once a second what a process holds, into a run's results as soon as they are there.</summary>
/// <param name="processId">The process.</param>
/// <param name="folder">The run's results.</param>
/// <param name="clock">Of the moments.</param>
internal sealed class MemoryWatch(int processId, string folder, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Before minutes pass: there is such a process.</summary>
    /// <exception cref="UsageException">There is none whose memory can be read.</exception>
    internal static void Require(int processId)
    {
        if (Read(processId) is null)
            throw new UsageException($"--pid {processId}: there is no such process on this machine, or its memory cannot be read");
    }

    /// <summary>Watches until told to stop, or until the process has ended.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(Interval, clock);
        StreamWriter? file = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stop) && Read(processId) is { } bytes)
            {
                if (!Directory.Exists(folder))
                    continue;
                if (file is null)
                {
                    // Each line is there as soon as it is written: a run that is killed keeps them.
                    file = new StreamWriter(Path.Combine(folder, MemoryFile.FileName)) { AutoFlush = true, NewLine = "\n" };
                    await file.WriteLineAsync(MemoryFile.Header);
                }

                await file.WriteLineAsync(MemoryFile.Line(clock.GetUtcNow(), bytes));
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
        finally
        {
            if (file is not null)
                await file.DisposeAsync();
        }
    }

    /// <summary>Resident memory that is no file's, where the system tells it apart (Linux); else all of it. Null where there is none: of no process, one that has ended, or a thread of the system.</summary>
    private static long? Read(int processId)
    {
        // Number 0 is the system itself.
        if (processId <= 0)
            return null;
        try
        {
            string status = $"/proc/{processId}/status";
            string? line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)) : null;
            if (line is not null)
                return 1024 * long.Parse(line["RssAnon:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
            using Process process = Process.GetProcessById(processId);
            return process.WorkingSet64 is > 0 and var bytes ? bytes : null;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }
}
