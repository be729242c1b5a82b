using LoadTool.Cli.Scripting;

namespace LoadTool.EndToEnd.Scripting;

public sealed class ScriptRunTests : IDisposable
{
    private readonly ScriptWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Theory]
    [InlineData("1 + 1", 2)]
    [InlineData("int Square(int x) => x * x; Square(3)", 9)]
    [InlineData("await Task.FromResult(4)", 4)]
    [InlineData("return 5;", 5)]
    [InlineData("var x = 1;", null)]
    [InlineData("#nullable enable\nstring? s = null; s?.Length", null)]
    [InlineData("unsafe { int x = 7; return *&x; }", 7)]
    [InlineData("#if DEBUG\nreturn 1;\n#else\nreturn 2;\n#endif", 2)]
    public async Task A_scripts_value_is_its_last_expression(string text, object? expected)
    {
        Assert.Equal(expected, await _workshop.RunAsync(text));
        Assert.Equal(expected, await _workshop.RunAsync(text));
    }

    [Fact]
    public async Task Arguments_and_other_members_of_the_globals_are_there_by_name()
    {
        ScriptGlobals globals = new() { Args = ["a", "b c"] };

        await _workshop.Compile("foreach (var arg in Args) Print(arg);").RunAsync(globals);

        Assert.Equal(["a", "b c"], globals.Printed);
    }

    [Fact]
    public async Task Every_run_starts_from_the_beginning()
    {
        CompiledScript script = _workshop.Compile("int x = 0; x++; x");

        Assert.Equal(1, await script.RunAsync(new ScriptGlobals()));
        Assert.Equal(1, await script.RunAsync(new ScriptGlobals()));
    }

    [Fact]
    public async Task Loaded_files_run_first_and_share_their_declarations()
    {
        _workshop.Write("lib/a.csx", "#load \"b.csx\"\nPrint(\"a\"); int Twice(int x) => Two * x;");
        _workshop.Write("lib/b.csx", "Print(\"b\"); const int Two = 2;");
        ScriptGlobals globals = new();

        object? value = await _workshop.Compile("#load \"lib/a.csx\"\nPrint(\"main\"); Twice(21)").RunAsync(globals);

        Assert.Equal(42, value);
        Assert.Equal(["b", "a", "main"], globals.Printed);
    }

    [Fact]
    public async Task A_first_line_for_the_shell_and_lines_of_file_based_apps_are_passed_over()
    {
        Assert.Equal(3, await _workshop.RunAsync("#!/usr/bin/env loadtool run\n#:sdk Microsoft.NET.Sdk\n#:property Nullable=enable\nusing System.Linq;\n1 + 2"));
    }

    [Fact]
    public async Task A_referenced_assembly_is_found_with_what_lies_beside_it()
    {
        _workshop.WriteAssembly("bin/Inner.dll", "public static class Inner { public static int Value => 40; }");
        _workshop.WriteAssembly("bin/Outer.dll", "public static class Outer { public static int Value => Inner.Value + 2; }", "bin/Inner.dll");

        Assert.Equal(42, await _workshop.RunAsync("#r \"bin/Outer.dll\"\nOuter.Value"));
        Assert.Equal(42, await _workshop.RunAsync("#r \"bin/Outer.dll\"\nOuter.Value"));
    }

    [Fact]
    public async Task A_changed_assembly_is_compiled_against_anew()
    {
        _workshop.WriteAssembly("Lib.dll", "public static class Lib { public const int Value = 1; }");
        Assert.Equal(1, await _workshop.RunAsync("#r \"Lib.dll\"\nLib.Value"));
        _workshop.WriteAssembly("Lib.dll", "public static class Lib { public const int Value = 2; }");

        Assert.Equal(2, await _workshop.RunAsync("#r \"Lib.dll\"\nLib.Value"));
    }

    [Fact]
    public async Task An_unusual_file_name_is_no_obstacle()
    {
        CompiledScript script = _workshop.CompileFile(_workshop.Write("a, b=c; 'd' é.csx", "6"));

        Assert.Equal(6, await script.RunAsync(new ScriptGlobals()));
    }

    [Fact]
    public async Task The_tools_own_libraries_are_not_in_a_scripts_sight()
    {
        Assert.StartsWith("main.csx(1,1): error CS0103: The name 'Spectre' does not exist", _workshop.Error("Spectre.Console.AnsiConsole.Clear();"));
        Assert.Equal("LoadTool.EndToEnd", await _workshop.RunAsync("typeof(LoadTool.EndToEnd.Scripting.ScriptGlobals).Assembly.GetName().Name"));
    }
}
