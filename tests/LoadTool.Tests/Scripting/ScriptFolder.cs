using LoadTool.Cli.Scripting;

namespace LoadTool.Tests.Scripting;

/// <summary>A folder of one test's scripts, gone when the test ends.</summary>
internal sealed class ScriptFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("loadtool-test-").FullName;

    public string Write(string name, string text)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public ScriptFiles Read(string text)
    {
        string path = Write("main.csx", text);
        return ScriptFiles.Read(path, new PathDisplay(path));
    }

    /// <summary>The message with this folder's path taken out.</summary>
    public string Error(string text)
    {
        ScriptErrorException error = Assert.Throws<ScriptErrorException>(() => Read(text));
        return error.Message.Replace(Root + Path.DirectorySeparatorChar, "");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
