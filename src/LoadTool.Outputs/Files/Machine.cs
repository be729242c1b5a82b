using System.Globalization;
using System.Text.Json;

namespace LoadTool.Outputs.Files;

/// <summary>The machine as <c>/proc</c> tells it. What a system does not tell is null in the file.</summary>
internal static class Machine
{
    internal static void WriteHardware(Utf8JsonWriter json)
    {
        json.WriteStartObject("machine");
        json.WriteNumber("cores", Environment.ProcessorCount);
        json.WriteString("model", Value("/proc/cpuinfo", "model name"));
        WriteNumber(json, "memory_bytes", Kilobytes(Value("/proc/meminfo", "MemTotal")) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        json.WriteEndObject();
    }

    internal static void WriteLimits(Utf8JsonWriter json)
    {
        string[]? files = Lines("/proc/self/limits")
            .FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            ?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        json.WriteStartObject("limits");
        WriteNumber(json, "open_files_soft", Number(files?[0]));
        WriteNumber(json, "open_files_hard", Number(files?[1]));
        json.WriteString("ip_local_port_range", First("/proc/sys/net/ipv4/ip_local_port_range")?.Replace('\t', ' '));
        WriteNumber(json, "somaxconn", Number(First("/proc/sys/net/core/somaxconn")));
        json.WriteEndObject();
    }

    /// <summary>The kernel's release; elsewhere the system's version.</summary>
    internal static string Kernel => First("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.VersionString;

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static long? Kilobytes(string? text) => Number(text?.Split(' ')[0]) * 1024;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string? First(string path) => Lines(path).FirstOrDefault();

    /// <summary>What follows a name and a colon.</summary>
    private static string? Value(string path, string name) => Lines(path)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':') + 1)..].Trim())
        .FirstOrDefault();

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];
}
