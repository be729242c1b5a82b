namespace LoadTool.Cli.Scripting;

/// <summary>What a script's directive asks for.</summary>
internal enum ScriptDirectiveKind
{
    /// <summary><c>#load "file"</c></summary>
    Load,

    /// <summary><c>#r "assembly"</c> or <c>#r "nuget: Id, Version"</c></summary>
    Reference,

    /// <summary><c>#:package Id@Version</c> and its relatives, as .NET's file-based apps write them.</summary>
    App,
}
