namespace LoadTool.Tests.Outputs;

/// <summary>Texts kept beside the tests; <c>UPDATE_SNAPSHOTS=1</c> writes them anew, for the diff to be reviewed.</summary>
internal static class Snapshots
{
    private static readonly string Folder = Path.Combine(FindRoot(AppContext.BaseDirectory), "tests", "LoadTool.Tests", "Outputs");

    public static void AssertEqual(string name, string actual)
    {
        string path = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "LoadTool.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
