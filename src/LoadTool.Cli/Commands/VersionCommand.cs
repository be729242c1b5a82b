using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace LoadTool.Cli.Commands;

/// <summary><c>loadtool version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The version with the commit it was built from.</summary>
    internal static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    internal static Command Create()
    {
        Command command = new("version", "Print the version of the tool and of what it runs on.");
        command.SetAction(_ => Console.WriteLine($"loadtool {Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})"));
        return command;
    }
}
