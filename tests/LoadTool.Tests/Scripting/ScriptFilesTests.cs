using LoadTool.Cli.Scripting;

namespace LoadTool.Tests.Scripting;

public sealed class ScriptFilesTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_path_counts_from_the_folder_of_the_file_that_holds_it()
    {
        _folder.Write("lib/a.csx", "#load \"deep/b.csx\"");
        _folder.Write("lib/deep/b.csx", "");

        ScriptFiles files = _folder.Read("#load \"lib/a.csx\"");

        Assert.Equal(["main.csx", "lib/a.csx", "lib/deep/b.csx"], files.All.Select(file => Path.GetRelativePath(_folder.Root, file.Path).Replace('\\', '/')));
    }

    [Fact]
    public void A_file_loaded_twice_or_in_a_circle_is_read_once()
    {
        _folder.Write("a.csx", "#load \"b.csx\"");
        _folder.Write("b.csx", "#load \"a.csx\"");

        Assert.Equal(3, _folder.Read("#load \"a.csx\"\n#load \"b.csx\"\n#load \"./a.csx\"").All.Count);
    }

    [Fact]
    public void The_packages_of_all_files_are_collected_once_each()
    {
        _folder.Write("a.csx", "#r \"nuget: b.c, 2.0\"\n#:package D@3.0");

        ScriptFiles files = _folder.Read("#r \"nuget: B.C, 2.0\"\n#load \"a.csx\"");

        Assert.Equal(["B.C 2.0", "D 3.0"], files.Packages.Select(package => $"{package.Id} {package.Version}"));
    }

    [Fact]
    public void An_assembly_of_the_framework_may_be_named_without_a_path() => Assert.Empty(_folder.Read("#r \"System.Xml\"").Assemblies);

    [Fact]
    public void A_byte_order_mark_hides_no_directive()
    {
        string path = Path.Combine(_folder.Root, "main.csx");
        foreach (System.Text.Encoding encoding in (System.Text.Encoding[])[new System.Text.UTF8Encoding(true), System.Text.Encoding.Unicode, System.Text.Encoding.BigEndianUnicode])
        {
            File.WriteAllText(path, "#:package A@1.0", encoding);
            Assert.Single(ScriptFiles.Read(path, new PathDisplay(path)).Packages);
        }
    }

    [Theory]
    [InlineData("\n  #load \"no.csx\"", "main.csx(2,9): error: #load \"no.csx\": there is no file no.csx: the path counts from this file's folder; name a file to load")]
    [InlineData("#load \".\"", "main.csx(1,7): error: #load \".\": this is a folder: name a file to load")]
    [InlineData("#load \"main.csx\"", "main.csx(1,7): error: #load \"main.csx\": this is the script being run, which cannot be loaded into itself: remove the line")]
    [InlineData("#r \"no.dll\"", "main.csx(1,4): error: #r \"no.dll\": there is no file no.dll: the path counts from this file's folder; name an assembly file, or write #r \"nuget: Id, Version\" for a package")]
    [InlineData("#r \"nuget: A, 1.0\"\n#r \"nuget: A, 2.0\"", "main.csx(2,4): error: package A is asked for as 2.0 here and as 1.0 in main.csx(1,4): choose one version")]
    [InlineData("#r \"nuget: A\"", "main.csx(1,4): error: package A needs a version, or the same script would run different code tomorrow: write #r \"nuget: A, 1.2.3\"")]
    [InlineData("#:package A", "main.csx(1,1): error: package A needs a version, or the same script would run different code tomorrow: write #:package A@1.2.3")]
    [InlineData("#:package A@1.*", "main.csx(1,1): error: package A needs a version, or the same script would run different code tomorrow: write #:package A@1.2.3")]
    [InlineData("#r \"nuget: A, 1.x\"", "main.csx(1,4): error: '1.x' is no version of package A: write #r \"nuget: A, 1.2.3\"")]
    [InlineData("#r \"nuget: A, $(B)\"", "main.csx(1,4): error: '$(B)' is no version of package A: write #r \"nuget: A, 1.2.3\"")]
    [InlineData("#r \"nuget: <A/>, 1.0\"", "main.csx(1,4): error: '<A/>' is no package name: write #r \"nuget: Package.Id, 1.2.3\"")]
    [InlineData("#:project ../a.csproj", "main.csx(1,1): error: #:project is not available to a script: build the project and write #r \"path/to/assembly.dll\"")]
    [InlineData("#:sdk Microsoft.NET.Sdk.Web", "main.csx(1,1): error: #:sdk Microsoft.NET.Sdk.Web is not available to a script: it runs on Microsoft.NET.Sdk only; remove the line")]
    [InlineData("#:property DefineConstants=X", "main.csx(1,1): error: #:property DefineConstants has no effect on a script: write #define on a line of its own")]
    [InlineData("#:what ever", "main.csx(1,1): error: #:what is not known here: a script may use #:package, #:property, #:sdk, #load and #r")]
    public void A_directive_that_cannot_be_followed_is_one_line_with_place_and_remedy(string text, string expected)
    {
        Assert.Equal(expected, _folder.Error(text).Replace(_folder.Root, "."));
    }

    [Theory]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4")]
    [InlineData("1.0.0-rc.1+build.5")]
    [InlineData("[1.0, 2.0)")]
    public void Every_notation_of_an_exact_version_or_range_is_accepted(string version)
    {
        Assert.Equal(version, _folder.Read($"#r \"nuget: A, {version}\"").Packages.Single().Version);
    }

    [Fact]
    public void Harmless_lines_of_file_based_apps_change_nothing() =>
        Assert.Empty(_folder.Read("#:sdk Microsoft.NET.Sdk\n#:sdk Microsoft.NET.Sdk@10.0.100\n#:property Nullable=enable").Packages);

    [Fact]
    public void A_missing_script_is_told_apart_from_one_that_is_wrong()
    {
        string missing = Path.Combine(_folder.Root, "no.csx");

        Assert.True(Assert.Throws<ScriptErrorException>(() => ScriptFiles.Read(missing, new PathDisplay(missing))).IsScriptMissing);
        Assert.False(Assert.Throws<ScriptErrorException>(() => _folder.Read("#load \"no.csx\"")).IsScriptMissing);
    }
}
