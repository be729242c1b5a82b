using System.Reflection.Metadata;
using System.Security.Cryptography;
using LoadTool.Cli.Scripting;

namespace LoadTool.EndToEnd.Scripting;

public sealed class ScriptCacheTests : IDisposable
{
    private readonly ScriptWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task An_unchanged_script_comes_from_the_cache_and_a_changed_one_does_not()
    {
        Assert.False(_workshop.Compile("1").FromCache);
        Assert.True(_workshop.Compile("1").FromCache);
        Assert.False(_workshop.Compile("2").FromCache);

        CompiledScript back = _workshop.Compile("1");

        Assert.True(back.FromCache);
        Assert.Equal(1, await back.RunAsync(new ScriptGlobals()));
    }

    [Fact]
    public async Task A_changed_loaded_file_is_compiled()
    {
        _workshop.Write("lib.csx", "int x = 1;");
        Assert.Equal(1, await _workshop.RunAsync("#load \"lib.csx\"\nx"));
        _workshop.Write("lib.csx", "int x = 2;");

        Assert.Equal(2, await _workshop.RunAsync("#load \"lib.csx\"\nx"));
    }

    [Fact]
    public async Task A_damaged_entry_is_ignored_and_replaced()
    {
        _workshop.Compile("1");
        string entry = Directory.GetFiles(_workshop.Cache).Single();
        byte[] bytes = File.ReadAllBytes(entry);
        bytes[bytes.Length / 2] ^= 1;
        foreach (byte[] damaged in (byte[][])[bytes, bytes[..^100], []])
        {
            File.WriteAllBytes(entry, damaged);

            CompiledScript script = _workshop.Compile("1");

            Assert.False(script.FromCache);
            Assert.Equal(1, await script.RunAsync(new ScriptGlobals()));
            Assert.True(_workshop.Compile("1").FromCache);
        }
    }

    [Fact]
    public async Task Without_a_usable_cache_a_script_runs_all_the_same()
    {
        string blocked = Path.Combine(_workshop.Write("file", ""), "cache");
        foreach (string? cache in (string?[])[blocked, null])
        {
            CompiledScript script = _workshop.Compile("7", cache);

            Assert.False(script.FromCache);
            Assert.Equal(7, await script.RunAsync(new ScriptGlobals()));
        }

        Assert.False(Directory.Exists(_workshop.Cache));
    }

    [Fact]
    public async Task Runs_at_the_same_time_share_one_whole_entry()
    {
        string path = _workshop.Write("main.csx", "8");

        object?[] values = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await _workshop.CompileFile(path).RunAsync(new ScriptGlobals()))));

        Assert.All(values, value => Assert.Equal(8, value));
        Assert.Single(Directory.GetFileSystemEntries(_workshop.Cache));
        Assert.True(_workshop.CompileFile(path).FromCache);
    }

    [Fact]
    public async Task A_script_from_the_cache_loads_neither_the_compiler_nor_what_only_a_build_needs()
    {
        _workshop.WriteAssembly("Lib.dll", "public static class Lib { public const int Value = 1; }");
        _workshop.Write("lib.csx", "#r \"Lib.dll\"\nint Value() => Lib.Value;");
        string path = _workshop.Write("main.csx", "#load \"lib.csx\"\nValue() + 1");

        string[] first = await RunInFreshProcessAsync(path);
        string[] second = await RunInFreshProcessAsync(path);

        Assert.Equal(["2", "compiled"], first[..2]);
        Assert.Contains("Microsoft.CodeAnalysis.CSharp", first);
        Assert.Equal(["2", "cached"], second[..2]);
        Assert.Contains("System.Runtime", second);
        Assert.DoesNotContain(second, name => name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal));
        Assert.All(["System.Text.RegularExpressions", "System.Text.Json", "System.Linq", "System.Diagnostics.Process"], name => Assert.DoesNotContain(name, second));
    }

    [Fact]
    public void The_symbols_name_every_source_file_in_full_with_its_checksum()
    {
        string library = _workshop.Write("lib/a.csx", "int x = 1;");
        _workshop.Compile("#load \"lib/a.csx\"\nx");
        ScriptImage image = ScriptImage.FromBytes(File.ReadAllBytes(Directory.GetFiles(_workshop.Cache).Single()))!;

        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(image.Symbols));
        MetadataReader symbols = provider.GetMetadataReader();
        Dictionary<string, byte[]> hashes = symbols.Documents.Select(symbols.GetDocument)
            .ToDictionary(document => symbols.GetString(document.Name), document => symbols.GetBlobBytes(document.Hash));

        string[] sources = [library, Path.Combine(_workshop.Root, "main.csx")];
        Assert.Equal(sources.Order(), hashes.Keys.Order());
        Assert.All(sources, source => Assert.Equal(SHA256.HashData(File.ReadAllBytes(source)), hashes[source]));
    }

    /// <summary>The value, where it came from, and the assemblies loaded in the end.</summary>
    private async Task<string[]> RunInFreshProcessAsync(string script)
    {
        string program = typeof(ScriptCacheTests).Assembly.Location;
        // env gives the variables to the one process, not to all tests of this one.
        (int exitCode, string output, string error) = await Programs.Program.RunAsync(
            "env", [$"DOTNET_STARTUP_HOOKS={program}", $"{StartupHook.ScriptVariable}={script}", $"{StartupHook.CacheVariable}={_workshop.Cache}", "dotnet", "exec", program]);
        Assert.True(exitCode == 0, output + error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
