namespace LoadTool.Cli.Scripting;

/// <summary>An assembly file that a script names by <c>#r</c>.</summary>
/// <param name="Path">The assembly's full path.</param>
/// <param name="Holder">The full path of the file that asks.</param>
/// <param name="Directive">Where in that file.</param>
internal sealed record AssemblyRequest(string Path, string Holder, ScriptDirective Directive);
