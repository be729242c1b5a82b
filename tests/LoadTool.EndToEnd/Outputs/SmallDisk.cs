namespace LoadTool.EndToEnd.Outputs;

/// <summary>A file system of 64 KiB in memory, which takes part of a write before it is full. Mounting one needs root.</summary>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>What a file takes at least, and a multiple of which.</summary>
    internal const int PageBytes = 4096;

    /// <summary>How many of them there are.</summary>
    internal const int Pages = 16;

    private static readonly Lazy<bool> Mountable = new(() =>
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return false;
        string folder = NewFolder();
        bool isMounted = Run("mount", MountArguments(folder));
        if (isMounted)
            Run("umount", folder);
        Directory.Delete(folder);
        return isMounted;
    });

    public SmallDisk() => Assert.True(Run("mount", MountArguments(Path)));

    /// <summary>Why there is none here, or null.</summary>
    public static string? SkipReason => Mountable.Value ? null : "a small tmpfs cannot be mounted here (it needs root)";

    public string Path { get; } = NewFolder();

    public void Dispose()
    {
        Assert.True(Run("umount", Path));
        Directory.Delete(Path);
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("loadtool-").FullName;

    private static string[] MountArguments(string folder) => ["-t", "tmpfs", "-o", "size=64k", "loadtool-test", folder];

    private static bool Run(string program, params string[] arguments) =>
        Programs.Program.RunAsync(program, arguments).GetAwaiter().GetResult().ExitCode == 0;
}
