using System.Reflection;

namespace LoadTool.Cli.Scripting;

/// <summary>What to compile, and into which surroundings.</summary>
/// <param name="Path">The script as the user named it; relative to the current folder.</param>
/// <param name="Imports">Namespaces that need no <c>using</c> in the script.</param>
/// <param name="References">Assemblies that the script sees besides .NET's own; each one a file on disk.</param>
/// <param name="GlobalsType">
/// The public type whose public members the script sees by name. Script arguments are such a member, by custom
/// <c>public IReadOnlyList&lt;string&gt; Args</c>. Its assembly need not be among <paramref name="References"/>.
/// </param>
/// <param name="CacheFolder">
/// Where compiled scripts are kept, see <see cref="ScriptCache.DefaultFolder()"/>; null compiles anew and keeps nothing.
/// </param>
internal sealed record ScriptRequest(
    string Path, IReadOnlyList<string> Imports, IReadOnlyList<Assembly> References, Type GlobalsType, string? CacheFolder)
{
    /// <summary>Leave the code as it is written, for a debugger to step through. Not with a cache, which does not tell the two apart.</summary>
    internal bool IsDebug { get; init; }
}
