using LoadTool.Analysis.Runs;
using LoadTool.Outputs;
using LoadTool.Tests.Outputs;

namespace LoadTool.Tests.Analysis.Runs;

/// <summary>Writes planted runs into folders as runs write themselves.</summary>
internal static class PlantedFolder
{
    internal static readonly RunEnvironment Script = new("echo.csx", ["--size", "64"], "abcdef0123456789");

    /// <summary>A run that may be judged: trusted, and all of it in its intervals.</summary>
    internal static RunResult Usable(RunResult? result = null)
    {
        result ??= PlantedRun.Typical();
        return result with { Trust = (result.Trust ?? PlantedRun.Typical().Trust!) with { Reasons = [] }, Thresholds = [], LoadChanges = [] };
    }

    /// <param name="folder">Made if need be.</param>
    /// <param name="result">Null for a run that was killed.</param>
    /// <param name="intervals">Null for one interval in which all of it happened.</param>
    /// <param name="environment">Null for <see cref="Script"/>.</param>
    /// <param name="run">Of a run without a result.</param>
    internal static void Write(string folder, RunResult? result, IReadOnlyList<Snapshot>? intervals = null, RunEnvironment? environment = null, RunInfo? run = null)
    {
        Directory.CreateDirectory(folder);
        using FilesOutput files = FilesOutput.Create(folder, environment ?? Script);
        files.Start(run ?? result!.Run);
        foreach (Snapshot interval in intervals ?? [PlantedRun.Whole(result!, 1)])
            files.Write(interval);
        if (result is not null)
            files.Finish(result);
    }

    /// <summary>Written and read.</summary>
    internal static JudgedRun Judged(string folder, RunResult result, RunEnvironment? environment = null)
    {
        Write(folder, result, environment: environment);
        return JudgedRun.Read(folder);
    }
}
