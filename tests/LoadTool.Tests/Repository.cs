namespace LoadTool.Tests;

/// <summary>Where the checkout is that this test was built from.</summary>
internal static class Repository
{
    /// <summary>The folder of LoadTool.sln.</summary>
    internal static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "LoadTool.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
