namespace LoadTool.Cli.Scripting;

/// <summary>A directive that brings something from outside into a script.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Value">The text between the quotes; for <c>#:</c> the trimmed rest of the line.</param>
/// <param name="Line">The line, counted from 1 as editors do.</param>
/// <param name="Column">The column of the opening quote (of the <c>#</c> for <c>#:</c>), counted from 1.</param>
internal readonly record struct ScriptDirective(ScriptDirectiveKind Kind, string Value, int Line, int Column);
