using LoadTool.Cli.Scripting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LoadTool.EndToEnd.Scripting;

/// <summary>A folder with one test's scripts and its own cache, gone when the test ends.</summary>
internal sealed class ScriptWorkshop : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("loadtool-test-").FullName;

    public string Cache => Path.Combine(Root, "cache");

    public string Write(string name, string text)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public CompiledScript Compile(string text, string? cache = "") => CompileFile(Write("main.csx", text), cache);

    public CompiledScript CompileFile(string path, string? cache = "") =>
        ScriptCompiler.Compile(new(path, ["System", "System.Threading.Tasks"], [], typeof(ScriptGlobals), cache == "" ? Cache : cache));

    public async Task<object?> RunAsync(string text, params string[] args) => await Compile(text).RunAsync(new ScriptGlobals { Args = args });

    /// <summary>What the user reads when the script does not compile.</summary>
    public string Error(string text) => Shortened(Assert.Throws<ScriptErrorException>(() => Compile(text)).Message);

    /// <summary>What the user reads when the script throws.</summary>
    public async Task<string?> ThrownAsync(CompiledScript script)
    {
        Exception exception = await Assert.ThrowsAnyAsync<Exception>(() => script.RunAsync(new ScriptGlobals()));
        return script.DescribeException(exception) is { } text ? Shortened(text) : null;
    }

    /// <summary>Compiles a library into this folder.</summary>
    public void WriteAssembly(string path, string source, params string[] references)
    {
        IEnumerable<string> framework = FrameworkAssemblies.Paths().Values;
        CSharpCompilation compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path), [CSharpSyntaxTree.ParseText(source)],
            framework.Concat(references.Select(reference => Path.Combine(Root, reference))).Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Root, path))!);
        Assert.True(compilation.Emit(Path.Combine(Root, path)).Success);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string Shortened(string message) => message.Replace(Root + Path.DirectorySeparatorChar, "");
}
