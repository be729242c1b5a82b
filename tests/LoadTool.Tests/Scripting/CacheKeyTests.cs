using System.Reflection;
using LoadTool.Cli.Scripting;

namespace LoadTool.Tests.Scripting;

public sealed class CacheKeyTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public CacheKeyTests()
    {
        _folder.Write("lib.csx", "int x = 1;");
        _folder.Write("lib.dll", "bytes");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_ingredients_give_the_same_key() => Assert.Equal(Key(), Key());

    [Fact]
    public void A_key_is_64_hexadecimal_digits() => Assert.Matches("^[0-9a-f]{64}$", Key());

    [Fact]
    public void Every_ingredient_changes_the_key()
    {
        List<string> keys =
        [
            Key(),
            Key(text: "#load \"lib.csx\"\n#r \"lib.dll\"\n "),
            Key(imports: []),
            Key(imports: ["System.Linq"]),
            Key(imports: ["System", "System.Linq"]),
            Key(references: []),
            Key(references: [typeof(FactAttribute).Assembly]),
            Key(globals: typeof(ScriptFilesTests)),
            Key(environment: "another tool"),
        ];
        _folder.Write("lib.csx", "int x = 2;");
        keys.Add(Key());
        _folder.Write("lib.dll", "other bytes");
        keys.Add(Key());
        _folder.Write("copy.csx", "int x = 2;");
        keys.Add(Key(text: "#load \"copy.csx\"\n#r \"lib.dll\"\n"));

        Assert.Distinct(keys);
    }

    [Fact]
    public void The_same_text_at_another_path_has_another_key()
    {
        using ScriptFolder other = new();

        Assert.NotEqual(KeyOf(_folder.Read("1")), KeyOf(other.Read("1")));
    }

    [Fact]
    public void Text_moved_from_one_file_to_the_next_changes_the_key()
    {
        const string main = "#load \"a.csx\"\n#load \"b.csx\"";
        _folder.Write("a.csx", "1;2;");
        _folder.Write("b.csx", "3;");
        string before = KeyOf(_folder.Read(main));
        _folder.Write("a.csx", "1;");
        _folder.Write("b.csx", "2;3;");

        Assert.NotEqual(before, KeyOf(_folder.Read(main)));
    }

    [Fact]
    public void The_environment_names_the_runtime_and_this_build_of_the_tool()
    {
        Assert.Contains(Environment.Version.ToString(), CacheKey.Environment);
        Assert.Contains(typeof(CacheKey).Assembly.ManifestModule.ModuleVersionId.ToString(), CacheKey.Environment);
    }

    private string Key(
        string text = "#load \"lib.csx\"\n#r \"lib.dll\"\n", string[]? imports = null, Assembly[]? references = null, Type? globals = null, string environment = "tool")
    {
        ScriptRequest request = new("main.csx", imports ?? ["System"], references ?? [typeof(CacheKeyTests).Assembly], globals ?? typeof(CacheKeyTests), CacheFolder: null);
        return CacheKey.Of(_folder.Read(text), request, new PathDisplay("main.csx"), environment);
    }

    private static string KeyOf(ScriptFiles files) =>
        CacheKey.Of(files, new("main.csx", [], [], typeof(CacheKeyTests), CacheFolder: null), new PathDisplay("main.csx"), "tool");
}
