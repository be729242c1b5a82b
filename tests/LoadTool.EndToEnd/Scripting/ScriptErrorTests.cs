using LoadTool.Cli.Scripting;

namespace LoadTool.EndToEnd.Scripting;

public sealed class ScriptErrorTests : IDisposable
{
    private readonly ScriptWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void A_compile_error_shows_its_line_behind_all_directives()
    {
        Assert.Equal(
            "main.csx(4,10): error CS0029: Cannot implicitly convert type 'string' to 'int'\n\tint x = \"s\";\n\t        ^",
            _workshop.Error("#!/usr/bin/env loadtool run\n#:property Nullable=enable\n#r \"System.Xml\"\n\tint x = \"s\";"));
    }

    [Fact]
    public void A_compile_error_of_a_loaded_file_names_that_file()
    {
        _workshop.Write("lib.csx", "// fine\nint y = z;");

        Assert.Equal(
            "lib.csx(2,9): error CS0103: The name 'z' does not exist in the current context\nint y = z;\n        ^",
            _workshop.Error("#load \"lib.csx\"\ny"));
    }

    [Theory]
    [InlineData("using var s = new System.IO.MemoryStream();")]
    [InlineData("await using var s = new System.IO.MemoryStream();")]
    [InlineData("using System.IO.MemoryStream s = new();")]
    public void A_using_declaration_at_the_top_level_is_explained(string text) =>
        Assert.Contains("remedy: the top level of a script takes no using declaration: write using (...) { ... }", _workshop.Error(text));

    [Fact]
    public void A_path_that_is_none_is_refused()
    {
        foreach (string path in (string[])["", "a\0b"])
            Assert.True(Assert.Throws<ScriptErrorException>(() => _workshop.CompileFile(path)).IsScriptMissing);
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_an_error_at_its_directive()
    {
        _workshop.Write("text.dll", "text");

        Assert.Equal("main.csx(2,4): error: #r \"text.dll\": this file is no .NET assembly: name one that is", _workshop.Error("\n#r \"text.dll\""));
    }

    [Fact]
    public void A_script_that_is_missing_a_folder_or_unreadable_says_so_in_one_line()
    {
        _workshop.Write("folder/a.csx", "");
        _workshop.Write("echo.csx", "");
        string loop = Path.Combine(_workshop.Root, "loop.csx");

        Assert.EndsWith("no.csx: error: there is no such script: the path counts from " + Environment.CurrentDirectory, Refusal("no.csx"));
        Assert.EndsWith($"did you mean {Path.Combine(_workshop.Root, "echo.csx")}?", Refusal("echo"));
        Assert.EndsWith($"folder: error: this is a folder: name a script in it, such as {Path.Combine(_workshop.Root, "folder", "a.csx")}", Refusal("folder"));
        if (!OperatingSystem.IsWindows()) // A link to itself cannot be read by anyone, not even by root.
        {
            File.CreateSymbolicLink(loop, loop);
            Assert.Contains("loop.csx: error: ", Refusal("loop.csx"));
        }
    }

    private string Refusal(string name)
    {
        ScriptErrorException error = Assert.Throws<ScriptErrorException>(() => _workshop.CompileFile(Path.Combine(_workshop.Root, name)));
        Assert.True(error.IsScriptMissing);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }

    [Theory]
    [InlineData(
        "\n  throw new InvalidOperationException(\"text\");",
        "main.csx(2,3): InvalidOperationException: text")]
    [InlineData(
        "#!/usr/bin/env loadtool run\nvoid Connect() =>\n    throw new InvalidOperationException(\"text\");\n\nConnect();",
        "main.csx(3,5): InvalidOperationException: text\n  at Connect in main.csx(3)\n  at main.csx(5)")]
    [InlineData(
        "async Task ConnectAsync()\n{\n    await Task.Yield();\n    throw new TimeoutException(\"late\");\n}\nFunc<Task> run = async () =>\n    await ConnectAsync();\nawait run();",
        "main.csx(4,5): TimeoutException: late\n  at ConnectAsync in main.csx(4)\n  at lambda in main.csx(7)\n  at main.csx(8)")]
    [InlineData(
        "class Client\n{\n    public async Task Run()\n    {\n        await Task.Yield();\n        int.Parse(\"x\");\n    }\n}\nawait new Client().Run();",
        "main.csx(6,9): FormatException: The input string 'x' was not in a correct format.\n  at Client.Run in main.csx(6)\n  at main.csx(9)")]
    [InlineData(
        "try { throw new ArgumentException(\"inner\"); }\ncatch (Exception e) { throw new InvalidOperationException(\"outer\", e); }",
        "main.csx(2,23): InvalidOperationException: outer\n  caused by: main.csx(1,7): ArgumentException: inner")]
    [InlineData(
        "Task.Run(() => throw new ArgumentException(\"wrapped\")).Wait();",
        "main.csx(1,16): ArgumentException: wrapped\n  at lambda in main.csx(1)")]
    public async Task An_exception_shows_the_scripts_own_lines_compiled_or_cached(string text, string expected)
    {
        CompiledScript compiled = _workshop.Compile(text);
        CompiledScript cached = _workshop.Compile(text);

        Assert.Equal((false, true), (compiled.FromCache, cached.FromCache));
        Assert.Equal(expected, await _workshop.ThrownAsync(compiled));
        Assert.Equal(expected, await _workshop.ThrownAsync(cached));
    }

    [Fact]
    public async Task An_exception_of_a_loaded_file_names_that_file()
    {
        _workshop.Write("lib/a.csx", "\nvoid Fail() => throw new Exception(\"text\");");

        Assert.Equal(
            $"{Path.Combine("lib", "a.csx")}(2,16): Exception: text\n  at Fail in {Path.Combine("lib", "a.csx")}(2)\n  at main.csx(2)",
            await _workshop.ThrownAsync(_workshop.Compile("#load \"lib/a.csx\"\nFail();")));
    }

    [Fact]
    public void An_exception_that_the_script_had_no_part_in_is_not_described() =>
        Assert.Null(_workshop.Compile("1").DescribeException(Assert.Throws<FormatException>(() => int.Parse("x"))));
}
