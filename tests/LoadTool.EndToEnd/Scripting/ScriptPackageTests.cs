using System.IO.Compression;
using LoadTool.Cli.Scripting;

namespace LoadTool.EndToEnd.Scripting;

public sealed class ScriptPackageTests : IDisposable
{
    private readonly ScriptWorkshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task The_packages_of_a_script_and_of_what_it_loads_are_restored_together_and_kept()
    {
        _workshop.Write("lib.csx", "#:package Newtonsoft.Json@13.0.3\nstring Json(object value) => Newtonsoft.Json.JsonConvert.SerializeObject(value);");
        const string text = "#load \"lib.csx\"\n#r \"nuget: Newtonsoft.Json, 13.0.3\"\nJson(new[] { 1, 2 })";

        CompiledScript first = _workshop.Compile(text);
        CompiledScript second = _workshop.Compile(text);

        Assert.Equal("[1,2]", await first.RunAsync(new ScriptGlobals()));
        Assert.Equal("[1,2]", await second.RunAsync(new ScriptGlobals()));
        Assert.True(second.FromCache);
        Assert.Single(Directory.GetFileSystemEntries(_workshop.Cache, "*" + ScriptCache.PackagesSuffix));
        Assert.Equal(2, Directory.GetFileSystemEntries(_workshop.Cache).Length);
    }

    [Fact]
    public async Task A_script_brings_its_own_version_of_a_library_that_the_tool_happens_to_use()
    {
        Assert.Equal("0.47.0", await _workshop.RunAsync(
            "#r \"nuget: Spectre.Console, 0.47.0\"\nSystem.Diagnostics.FileVersionInfo.GetVersionInfo(typeof(Spectre.Console.AnsiConsole).Assembly.Location).ProductVersion!.Split('+')[0]"));
    }

    [Fact]
    public async Task The_native_library_of_a_package_is_found()
    {
        Assert.Equal(42L, await _workshop.RunAsync(
            """
            #r "nuget: Microsoft.Data.Sqlite, 8.0.30"
            using Microsoft.Data.Sqlite;
            var connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
            var command = connection.CreateCommand();
            command.CommandText = "select 6 * 7";
            return command.ExecuteScalar();
            """));
    }

    [Fact]
    public async Task Nothing_of_a_package_and_nothing_around_the_cache_runs_during_a_restore()
    {
        string trap = $"""<Project InitialTargets="Trap"><Target Name="Trap"><WriteLinesToFile File="{Path.Combine(_workshop.Root, "trapped")}" Lines="x" /></Target></Project>""";
        _workshop.WriteAssembly("Local.dll", "public static class Local { public static int Value => 5; }");
        WritePackage("LoadTool.Test.Local", ("build/LoadTool.Test.Local.props", trap), ("build/LoadTool.Test.Local.targets", trap));
        _workshop.Write("Directory.Build.props", trap);
        _workshop.Write("Directory.Build.targets", trap);
        _workshop.Write("Directory.Build.rsp", "-property:Trap=1 -no-such-option");
        const string text = "#r \"nuget: LoadTool.Test.Local, 1.0.0\"\nLocal.Value";

        Assert.Equal(5, await _workshop.RunAsync(text));
        Directory.Delete(_workshop.Cache, recursive: true);
        Assert.Equal(5, await _workshop.RunAsync(text));

        Assert.False(File.Exists(Path.Combine(_workshop.Root, "trapped")));
    }

    [Fact]
    public async Task A_package_folder_that_was_cleaned_is_filled_again()
    {
        _workshop.WriteAssembly("Local.dll", "public static class Local { public static int Value => 5; }");
        WritePackage("LoadTool.Test.Local");
        const string text = "#r \"nuget: LoadTool.Test.Local, 1.0.0\"\nLocal.Value";
        _workshop.Compile(text);
        Directory.Delete(Path.Combine(_workshop.Root, "packages"), recursive: true);

        Assert.Equal(5, await _workshop.RunAsync(text));
    }

    /// <summary>Packs Local.dll for a source, and a package folder, of this test's own.</summary>
    private void WritePackage(string id, params (string Path, string Text)[] files)
    {
        _workshop.Write(
            "nuget.config",
            """
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="ours" value="./feed" /></packageSources>
            </configuration>
            """);
        _workshop.Write("feed/.keep", "");
        using ZipArchive package = ZipFile.Open(Path.Combine(_workshop.Root, "feed", $"{id}.1.0.0.nupkg"), ZipArchiveMode.Create);
        package.CreateEntryFromFile(Path.Combine(_workshop.Root, "Local.dll"), "lib/net10.0/Local.dll");
        string nuspec = $"<package><metadata><id>{id}</id><version>1.0.0</version><authors>a</authors><description>d</description></metadata></package>";
        foreach ((string path, string text) in files.Append(($"{id}.nuspec", nuspec)))
        {
            using StreamWriter writer = new(package.CreateEntry(path).Open());
            writer.Write(text);
        }
    }

    [Fact]
    public void A_package_that_does_not_exist_is_one_line_with_place_and_remedy()
    {
        _workshop.Write("feed/.keep", "");
        _workshop.Write("nuget.config", "<configuration><packageSources><clear /><add key=\"ours\" value=\"./feed\" /></packageSources></configuration>");

        // The source's name shows that the configuration beside the script was the one in force.
        Assert.Equal(
            "main.csx(2,4): error: package LoadTool.No.Such.Package 1.0.0: NU1101: Unable to find package LoadTool.No.Such.Package. "
            + "No packages exist with this id in source(s): ours: check the name, or add the source that has it to a nuget.config beside the script",
            _workshop.Error("\n#r \"nuget: LoadTool.No.Such.Package, 1.0.0\""));
        Assert.Empty(Directory.GetFileSystemEntries(_workshop.Cache));
    }

    [Fact]
    public void A_broken_nuget_configuration_is_one_line_with_place()
    {
        _workshop.Write("nuget.config", "<configuration><packageSources>");

        string error = _workshop.Error("#r \"nuget: Newtonsoft.Json, 13.0.3\"");

        Assert.StartsWith("main.csx(1,4): error: package Newtonsoft.Json 13.0.3: ", error);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void A_version_that_does_not_exist_is_refused_rather_than_replaced()
    {
        Assert.StartsWith(
            "main.csx(1,4): error: package Newtonsoft.Json 12.0.999: this version does not exist: ",
            _workshop.Error("#r \"nuget: Newtonsoft.Json, 12.0.999\""));
    }
}
