using System.Diagnostics;

namespace LoadTool.Benchmarks.SideBySide;

/// <summary>The processes of a bench: the C programs, compiled where the bench runs, and parts of the bench itself. The server has one core, the generator the other.</summary>
internal static class Programs
{
    internal const string ServerCore = "0";
    internal const string GeneratorCore = "1";

    /// <summary>What a part of this bench prints, on the generator's core.</summary>
    internal static string OneLine(params string[] part) => OneLineOn(GeneratorCore, part);

    /// <summary>What a part of this bench prints, on some cores or on all.</summary>
    internal static string OneLineOn(string? cores, params string[] part)
    {
        string[] command = [Environment.ProcessPath!, "side-by-side", .. part];
        using Process process = cores is null ? Start(command[0], command[1..]) : Start("taskset", ["-c", cores, .. command]);
        string line = process.StandardOutput.ReadToEnd().TrimEnd();
        process.WaitForExit();
        return line;
    }

    /// <returns>The compiled program.</returns>
    internal static string Compile(string name, string folder)
    {
        string program = Path.Combine(folder, name);
        using Process compiler = Start("cc", "-O2", "-o", program, Path.Combine(AppContext.BaseDirectory, "SideBySide", name + ".c"));
        compiler.WaitForExit();
        return program;
    }

    /// <summary>Starts a program as the tool runs: without tiered compilation.</summary>
    internal static Process Start(string file, params string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredCompilation"] = "0";
        return Process.Start(start)!;
    }
}
