namespace LoadTool.EndToEnd.Programs;

/// <summary>Where the checkout is that this test was built from.</summary>
public static class Repository
{
    /// <summary>The folder of LoadTool.sln.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "LoadTool.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
