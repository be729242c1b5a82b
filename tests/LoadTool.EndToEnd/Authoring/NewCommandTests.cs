using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using LoadTool.Cli;
using LoadTool.Cli.Scripting;
using LoadTool.EndToEnd.Run;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using ScriptGlobals = LoadTool.Cli.ScriptGlobals;

namespace LoadTool.EndToEnd.Authoring;

/// <summary>What <c>loadtool new</c> writes, as far as it can be tried without an editor.</summary>
public sealed class NewCommandTests
{
    private static readonly string[] EditorFiles = ["loadtool.rsp", "omnisharp.json", ".vscode/launch.json", ".vscode/settings.json", ".vscode/extensions.json"];

    [Fact]
    public async Task A_new_scenario_runs_as_it_is()
    {
        using WorkFolder folder = new();

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "new", "login-storm");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            ["wrote ./login-storm.csx", .. EditorFiles.Select(file => $"wrote ./{file}"), "try it: loadtool run ./login-storm.csx"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        (exitCode, output, error) = await Tool.RunAsync(folder.Root, "run", "login-storm.csx", "--duration", "500ms");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("login-storm: ", output);
    }

    [Fact]
    public async Task What_is_there_already_is_never_replaced()
    {
        using WorkFolder folder = new();
        folder.Write("omnisharp.json", "mine");
        await Tool.RunAsync(folder.Root, "new", "chat", "--folder", "tests");
        string written = File.ReadAllText(Path.Combine(folder.Root, "tests", "chat.csx"));

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "new", "chat", "--folder", "tests");

        Assert.Equal((104, "", "error: tests/chat.csx exists already, and is left as it is: choose another name, or another --folder\n"), (exitCode, output, error));
        Assert.Equal(written, File.ReadAllText(Path.Combine(folder.Root, "tests", "chat.csx")));

        (exitCode, output, _) = await Tool.RunAsync(folder.Root, "new", "echo");

        Assert.Equal(0, exitCode);
        Assert.Contains("kept ./omnisharp.json", output);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(folder.Root, "omnisharp.json")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData(".csx")]
    [InlineData("a\"b")]
    public async Task A_name_that_is_none_is_one_line(string name)
    {
        using WorkFolder folder = new();

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "new", name);

        Assert.Equal((104, $"error: '{name}' is no name for a scenario: write letters, digits, - and _, such as chat or login-storm; --folder says where\n"), (exitCode, error));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public async Task A_script_compiles_with_what_the_editor_is_given()
    {
        using WorkFolder folder = new();
        await Tool.RunAsync(folder.Root, "new", "chat");
        JsonElement script = Json(folder, "omnisharp.json").GetProperty("script");
        string response = script.GetProperty("rspFilePath").GetString()!;
        Assert.Equal("net10.0", script.GetProperty("defaultTargetFramework").GetString());
        string text = File.ReadAllText(Path.Combine(folder.Root, "chat.csx"));

        Assert.Empty(Errors(folder, response, text));
        Assert.Empty(Errors(folder, response, "Options.Set(\"vus\", 3);\nvar name = Env[\"NAME\"] + Args[0] + args.Length;\nLoadRunner.RegisterScenarios();"));
        Assert.Contains(Errors(folder, response, "NoSuchThing();"), error => error.Contains("NoSuchThing"));
    }

    [Fact]
    public void An_editor_knows_all_that_a_script_sees_by_name()
    {
        Assert.Equal(Members(typeof(ScriptGlobals), BindingFlags.Instance), Members(typeof(EditorGlobals), BindingFlags.Static));
        Assert.All(
            typeof(EditorGlobals).GetProperties(),
            property => Assert.IsType<InvalidOperationException>(Assert.Throws<TargetInvocationException>(() => property.GetValue(null)).InnerException));
    }

    [Fact]
    public async Task The_debugger_is_given_a_command_that_runs_the_open_script()
    {
        using WorkFolder folder = new();
        await Tool.RunAsync(folder.Root, "new", "chat");
        JsonElement launch = Json(folder, ".vscode/launch.json");
        JsonElement configuration = launch.GetProperty("configurations")[0];
        string[] arguments = [.. configuration.GetProperty("args").EnumerateArray().Select(argument => argument.GetString()!)];

        Assert.Equal("0.2.0", launch.GetProperty("version").GetString());
        Assert.Equal(("coreclr", "launch"), (configuration.GetProperty("type").GetString(), configuration.GetProperty("request").GetString()));
        Assert.True(Json(folder, ".vscode/settings.json").GetProperty("dotnet.server.useOmnisharp").GetBoolean());
        Assert.Equal("ms-dotnettools.csharp", Json(folder, ".vscode/extensions.json").GetProperty("recommendations")[0].GetString());

        string file = Path.Combine(folder.Root, "chat.csx");
        using Tool debugged = Tool.StartProgram(
            folder.Root, configuration.GetProperty("program").GetString()!, [.. arguments.Select(argument => argument.Replace("${file}", file)), "--duration", "300ms", "--quiet"]);
        (int exitCode, string output, string error) = await debugged.EndAsync();

        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("chat: ", output);
    }

    [Fact]
    public void For_a_debugger_the_symbols_name_the_files_and_lines_and_nothing_is_optimized()
    {
        using WorkFolder folder = new();
        folder.Write("lib.csx", "int Twice(int value)\n{\n    return 2 * value;\n}\n");
        string path = Path.Combine(folder.Root, folder.Write("main.csx", "#load \"lib.csx\"\nvar four = Twice(2);\n\nConsole.WriteLine(four);\n"));

        ScriptImage image = Build(path, isDebug: true);

        Dictionary<string, int[]> lines = LinesByFile(image.Symbols);
        Assert.Contains(3, lines[Path.Combine(folder.Root, "lib.csx")]);
        Assert.Equal([2, 4], lines[path].Intersect([2, 3, 4]));
        Assert.True(IsLeftAlone(image.Assembly));
        Assert.False(IsLeftAlone(Build(path, isDebug: false).Assembly));
    }

    private static ScriptImage Build(string path, bool isDebug)
    {
        PathDisplay display = new(path);
        ScriptRequest request = new(path, ["System"], [], typeof(object), CacheFolder: null) { IsDebug = isDebug };
        return new ScriptBuild(ScriptFiles.Read(path, display), request, PackageAssets.None, display).Run();
    }

    private static Dictionary<string, int[]> LinesByFile(byte[] symbols)
    {
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(symbols));
        MetadataReader reader = provider.GetMetadataReader();
        return reader.MethodDebugInformation
            .SelectMany(method => reader.GetMethodDebugInformation(method).GetSequencePoints())
            .Where(point => !point.IsHidden)
            .GroupBy(point => reader.GetString(reader.GetDocument(point.Document).Name))
            .ToDictionary(points => points.Key, points => points.Select(point => point.StartLine).Distinct().Order().ToArray());
    }

    /// <summary>Whether the assembly asks the JIT to optimize nothing.</summary>
    private static bool IsLeftAlone(byte[] assembly)
    {
        using PEReader file = new(new MemoryStream(assembly));
        MetadataReader reader = file.GetMetadataReader();
        foreach (CustomAttributeHandle handle in reader.GetAssemblyDefinition().GetCustomAttributes())
        {
            CustomAttribute attribute = reader.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference)
                continue;
            EntityHandle type = reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
            if (reader.GetString(reader.GetTypeReference((TypeReferenceHandle)type).Name) != nameof(System.Diagnostics.DebuggableAttribute))
                continue;
            BlobReader value = reader.GetBlobReader(attribute.Value);
            value.ReadUInt16();
            return ((System.Diagnostics.DebuggableAttribute.DebuggingModes)value.ReadInt32()).HasFlag(System.Diagnostics.DebuggableAttribute.DebuggingModes.DisableOptimizations);
        }

        return false;
    }

    private static string[] Members(Type type, BindingFlags binding) =>
        [.. type.GetProperties(binding | BindingFlags.Public).Select(property => $"{property.PropertyType.Name} {property.Name}").Order(StringComparer.Ordinal)];

    private static JsonElement Json(WorkFolder folder, string path) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, path))).RootElement;

    /// <summary>As the editor's server does it: the arguments of the response file, .NET's own assemblies, and its globals in place of the tool's.</summary>
    private static string[] Errors(WorkFolder folder, string response, string text)
    {
        CSharpCommandLineArguments arguments = CSharpCommandLineParser.Script.Parse([$"@{response}", "chat.csx"], folder.Root, sdkDirectory: null);
        Assert.Empty(arguments.Errors);
        IEnumerable<string> given = arguments.MetadataReferences.Select(reference => reference.Reference);
        CSharpCompilation compilation = CSharpCompilation.CreateScriptCompilation(
            "editor",
            CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest, kind: SourceCodeKind.Script)),
            given.Concat(FrameworkAssemblies.Paths().Values).Append(typeof(CommandLineScriptGlobals).Assembly.Location).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, usings: arguments.CompilationOptions.Usings, nullableContextOptions: NullableContextOptions.Enable),
            previousScriptCompilation: null, returnType: typeof(object), globalsType: typeof(CommandLineScriptGlobals));
        return [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(error => error.ToString())];
    }
}
