using System.Text;
using System.Xml.Linq;
using LoadTool.Cli.Scripting;

namespace LoadTool.Tests.Scripting;

public sealed class PackageTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_generated_project_takes_nothing_from_around_it_but_the_configuration_of_the_scripts_folder()
    {
        PackageRequest[] packages = [new("A.B", "1.2.3", "main.csx", default), new("C", "[1.0,2.0)", "main.csx", default)];

        XDocument project = XDocument.Parse(PackageRestore.Project(packages, "/a <b> & 50% $(x) @y/"));

        Assert.Equal("/a <b> & 50%25 %24%28x%29 %40y/", project.Descendants("RestoreRootConfigDirectory").Single().Value);
        Assert.All(["ImportDirectoryBuildProps", "ImportDirectoryBuildTargets", "ImportDirectoryPackagesProps"],
            name => Assert.Equal("false", project.Descendants(name).Single().Value));
        Assert.Equal("true", project.Descendants("ExcludeRestorePackageImports").Single().Value);
        Assert.Equal(["A.B 1.2.3", "C [1.0,2.0)"], project.Descendants("PackageReference").Select(item => $"{item.Attribute("Include")!.Value} {item.Attribute("Version")!.Value}"));
    }

    [Fact]
    public void Assets_are_read_for_the_compiler_the_run_and_native_code()
    {
        foreach (string file in (string[])["ref/a.dll", "lib/a.dll", "native/liba.so"])
            _folder.Write($"a/1.0/{file}", "");

        PackageAssets assets = PackageAssets.Read(Assets(), "net10.0/linux-x64")!;

        Assert.Equal([In("a/1.0/ref/a.dll")], assets.Compile);
        Assert.Equal([new NamedPath("a", In("a/1.0/lib/a.dll"))], assets.Runtime);
        Assert.Equal([new NamedPath("a", In("a/1.0/native/liba.so"))], assets.Native);
    }

    [Fact]
    public void Assets_with_a_missing_file_are_none()
    {
        _folder.Write("a/1.0/ref/a.dll", "");

        Assert.Null(PackageAssets.Read(Assets(), "net10.0/linux-x64"));
    }

    [Theory]
    [InlineData("libz.so", "z")]
    [InlineData("libz.dylib", "z")]
    [InlineData("z.dll", "z")]
    [InlineData("libz", "z")]
    [InlineData("e_sqlite3", "e_sqlite3")]
    public void A_native_library_is_found_by_any_of_its_platforms_names(string file, string expected) => Assert.Equal(expected, ScriptLoadContext.NativeName(file));

    private string In(string path) => Path.GetFullPath(Path.Combine(_folder.Root, path));

    private byte[] Assets() => Encoding.UTF8.GetBytes($$"""
        {
          "targets": { "net10.0/linux-x64": {
            "A/1.0": { "compile": { "ref/a.dll": {} }, "runtime": { "lib/a.dll": {} }, "native": { "native/liba.so": {} } },
            "Empty/1.0": { "compile": { "lib/_._": {} } }
          } },
          "libraries": { "A/1.0": { "path": "a/1.0" }, "Empty/1.0": { "path": "empty/1.0" } },
          "packageFolders": { "{{_folder.Root.Replace("\\", "\\\\")}}": {} }
        }
        """);
}
