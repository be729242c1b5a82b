namespace LoadTool.Cli.Scripting;

/// <summary>A file that the running script may ask for, and the name it will ask by.</summary>
/// <param name="Name">As the run asks for it, without an extension.</param>
/// <param name="Path">The full path.</param>
internal readonly record struct NamedPath(string Name, string Path);
