using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Authoring;

/// <summary>One file that is a program for <c>dotnet run</c> and a script for <c>loadtool run</c>.</summary>
public sealed class FileBasedAppTests
{
    /// <summary>The tool lies beside the test in the same configuration: bin/Debug/net10.0.</summary>
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    [Fact]
    public async Task The_program_that_new_writes_runs_with_dotnet_and_with_the_tool()
    {
        using WorkFolder folder = new();
        await PackAsync(Path.Combine(folder.Root, "feed"));
        folder.Write("nuget.config", """
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><add key="packed" value="feed" /></packageSources>
            </configuration>
            """);
        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "new", "greeting.cs");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("try it: dotnet run ", output);

        (exitCode, output, error) = await RunAsync(folder, "--vus", "3", "--duration=500ms", "--seed", "7", "--results", "as-program", "--quiet");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("greeting: ", output);
        Assert.Contains(" 0 failed", output);
        Assert.EndsWith("results in as-program, seed 7\n", output);
        Assert.True(File.Exists(Path.Combine(folder.Root, "as-program", "run.hlog")));

        (exitCode, _, error) = await RunAsync(folder, "--vus", "none");
        Assert.Equal((104, "error: --vus none is no whole number from 1 on\n"), (exitCode, error));

        (exitCode, _, error) = await RunAsync(folder, "--target", "ws://127.0.0.1:9/", "--iterations", "3", "--quiet");
        Assert.Equal(104, exitCode);
        Assert.StartsWith("error: no iteration succeeded against ws://127.0.0.1:9/: CannotConnect (connection refused) ", error);

        (exitCode, output, error) = await Tool.RunAsync(folder.Root, "run", "greeting.cs", "--vus", "3", "--duration", "500ms", "--results", "as-script");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("greeting: ", output);
        Assert.True(File.Exists(Path.Combine(folder.Root, "as-script", "run.hlog")));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(WorkFolder folder, params string[] arguments)
    {
        using Tool program = Tool.StartProgram(folder.Root, "dotnet", ["run", "greeting.cs", "--", .. arguments]);
        return await program.EndAsync();
    }

    /// <summary>There is no published package: these are the ones that this build would publish.</summary>
    private static async Task PackAsync(string feed)
    {
        foreach (string project in (string[])["LoadTool.Metrics", "LoadTool.Sockets", "LoadTool", "LoadTool.Outputs"])
        {
            using Tool pack = Tool.StartProgram(
                Repository.Root, "dotnet", ["pack", Path.Combine("src", project), "-c", Configuration, "--no-build", "-o", feed]);
            (int exitCode, string output, string error) = await pack.EndAsync();
            Assert.True(exitCode == 0, output + error);
        }
    }
}
