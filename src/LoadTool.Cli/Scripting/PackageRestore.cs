using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LoadTool.Cli.Scripting;

/// <summary>Resolves a script's packages, all at once, with the user's own <c>dotnet restore</c>.</summary>
/// <remarks>
/// Restoring downloads and unpacks; it runs nothing of a package. The generated project takes nothing from the folders around it,
/// except NuGet's configuration, which counts from the script's folder.
/// </remarks>
internal sealed class PackageRestore(IReadOnlyList<PackageRequest> packages, ScriptCache cache, PathDisplay display)
{
    /// <summary>Longer than any download that someone would wait for.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly string Framework = $"net{Environment.Version.Major}.0";

    private static readonly string Target = $"{Framework}/{RuntimeInformation.RuntimeIdentifier}";

    /// <param name="script">The full path of the script.</param>
    /// <exception cref="ScriptErrorException">A package cannot be had.</exception>
    public PackageAssets Resolve(string script)
    {
        string folder = Path.GetDirectoryName(script)!;
        if (folder.Contains(';'))
            throw Error(packages[0], "NuGet cannot read its configuration in a folder with ';' in its name: rename the script's folder");
        string key = CacheKey.Of([CacheKey.Environment, folder, .. packages.SelectMany(package => (string[])[package.Id, package.Version])]);
        string name = key + ScriptCache.PackagesSuffix;
        if (cache.Read(name) is { } kept && ReadKept(kept) is { } assets)
            return assets;

        byte[] json = Restore(folder);
        cache.Write(name, json);
        return PackageAssets.Read(json, Target)
            ?? throw Error(packages[0], "NuGet restored packages without some of their files: run dotnet nuget locals all --clear");
    }

    /// <summary>The whole project file; tests read it.</summary>
    /// <param name="packages">What it asks for.</param>
    /// <param name="scriptFolder">Where NuGet begins to look for its configuration.</param>
    public static string Project(IReadOnlyList<PackageRequest> packages, string scriptFolder) =>
        $"""
        <Project>
          <PropertyGroup>
            <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
            <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
            <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
            <ExcludeRestorePackageImports>true</ExcludeRestorePackageImports>
            <RestoreRootConfigDirectory>{Escape(scriptFolder)}</RestoreRootConfigDirectory>
          </PropertyGroup>
          <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
          <PropertyGroup>
            <TargetFramework>{Framework}</TargetFramework>
            <RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>
            <SelfContained>false</SelfContained>
            <UseAppHost>false</UseAppHost>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            {string.Join("\n    ", packages.Select(package => $"""<PackageReference Include="{package.Id}" Version="{package.Version}" />"""))}
          </ItemGroup>
          <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
        </Project>

        """;

    private static PackageAssets? ReadKept(byte[] json)
    {
        try
        {
            return PackageAssets.Read(json, Target);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // A damaged entry is as good as none.
        }
    }

    private byte[] Restore(string scriptFolder)
    {
        string? work = null;
        try
        {
            work = cache.CreateWorkFolder();
            string project = Path.Combine(work, "script.csproj");
            File.WriteAllText(project, Project(packages, scriptFolder));
            string output = RunDotnet(work);
            Check(output);
            string assets = Path.Combine(work, "obj", "project.assets.json");
            return File.Exists(assets)
                ? File.ReadAllBytes(assets)
                : throw Error(packages[0], $"dotnet restore did not resolve the packages: {OneLine(output)}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Error(packages[0],
                $"there is no folder to restore in ({error.Message}): make room, or make the folder for temporary files writable");
        }
        finally
        {
            if (work is not null)
                ScriptCache.Delete(work);
        }
    }

    private string RunDotnet(string work)
    {
        ProcessStartInfo start = new(
            DotnetPath(), ["restore", "-noAutoResponse", "-nologo", "-v:quiet", "-tl:off", "-nodeReuse:false", "script.csproj"])
        {
            WorkingDirectory = work,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // Set when the tool itself is started by a build: they would tie this one to the other's SDK.
        foreach (string inherited in (string[])["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH"])
            start.Environment.Remove(inherited);
        // The messages are read below.
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            using CancellationTokenSource limit = new(Limit);
            // On the pool: waiting here must not depend on the caller's synchronization context.
            return Task.Run(() => ReadToEndAsync(process, limit.Token)).GetAwaiter().GetResult();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw Error(packages[0],
                $"packages need the .NET SDK, and dotnet does not start ({error.Message}): install the SDK for .NET {Environment.Version.Major}");
        }
    }

    private async Task<string> ReadToEndAsync(Process process, CancellationToken limit)
    {
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit);
            string output = await process.StandardOutput.ReadToEndAsync(limit);
            await process.WaitForExitAsync(limit);
            return output + await errors;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw Error(packages[0],
                $"dotnet restore did not end within {Limit.TotalMinutes} minutes: check that the package sources answer (dotnet nuget list source)");
        }
    }

    /// <summary>Finds the first error in what <c>dotnet restore</c> printed, and the directive to blame.</summary>
    private void Check(string output)
    {
        foreach (string line in output.Split('\n'))
        {
            if (Message(line, ": error ") is { } error)
                throw Explain(error);
            // NuGet takes the next higher version and warns. The author named this one, and a run must be of what it says.
            if (Message(line, ": warning NU1603: script depends on ") is { } warning)
                throw Error(Blamed(warning), $"this version does not exist: {warning.TrimEnd('.')}: choose one that does");
        }

        if (output.Contains("No .NET SDKs were found", StringComparison.Ordinal) || output.Contains("SDK was not found", StringComparison.Ordinal))
            throw Error(packages[0], $"packages need the .NET SDK: install the SDK for .NET {Environment.Version.Major}");
    }

    private ScriptErrorException Explain(string error)
    {
        PackageRequest package = Blamed(error);
        string code = error.Split(':')[0];
        string remedy = code switch
        {
            "NU1101" => "check the name, or add the source that has it to a nuget.config beside the script",
            "NU1102" or "NU1103" => "choose a version that exists",
            "NU1301" or "NU1302" or "NU1303" => "check the network and the sources (dotnet nuget list source)",
            "NU1107" or "NU1605" or "NU1608" => "choose versions that agree",
            "NU1202" => $"choose a version for {Framework}",
            _ => "see the message's number in NuGet's documentation",
        };
        return Error(package, $"{error.TrimEnd('.')}: {remedy}");
    }

    private PackageRequest Blamed(string message) =>
        packages.FirstOrDefault(package => message.Contains($"{package.Id} ", StringComparison.OrdinalIgnoreCase)
                                           || message.Contains($"{package.Id}.", StringComparison.OrdinalIgnoreCase)) ?? packages[0];

    private ScriptErrorException Error(PackageRequest package, string message) =>
        display.ErrorAt(package.Path, package.Directive, $"package {package.Id} {package.Version}: {message}");

    private static string? Message(string line, string mark)
    {
        int start = line.IndexOf(mark, StringComparison.Ordinal);
        if (start < 0)
            return null;
        string message = line[(start + mark.Length)..].Trim();
        // MSBuild ends its lines with the project in brackets.
        int project = message.LastIndexOf(" [", StringComparison.Ordinal);
        return project > 0 && message.EndsWith("script.csproj]", StringComparison.Ordinal) ? message[..project] : message;
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The dotnet that runs this process, rather than another that PATH may name.</summary>
    private static string DotnetPath()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        // shared/Microsoft.NETCore.App/<version>/ lies three folders below it.
        string besideRuntime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(besideRuntime) ? besideRuntime : name;
    }

    /// <summary>A path as a literal in a project file: MSBuild's own characters as %XX, then XML's.</summary>
    private static string Escape(string path)
    {
        foreach (char special in "%$@()'*?")
            path = path.Replace(special.ToString(), $"%{(int)special:X2}", StringComparison.Ordinal);
        return System.Security.SecurityElement.Escape(path);
    }
}
