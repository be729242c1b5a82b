using System.Reflection;

namespace LoadTool.Outputs.Files;

/// <summary>Which build wrote a file.</summary>
internal static class ToolVersion
{
    /// <summary>The version, with the commit it was built from where the build knew it.</summary>
    internal static string Text { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
