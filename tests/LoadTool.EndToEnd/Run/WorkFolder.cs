namespace LoadTool.EndToEnd.Run;

/// <summary>A folder to run the tool in, gone when the test ends.</summary>
internal sealed class WorkFolder : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("loadtool-test-").FullName;

    internal string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Root, name), text);
        return name;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
