namespace LoadTool;

/// <summary>A name, or a threshold, as it stands in a script.</summary>
/// <param name="Kind">What it names, of <see cref="NamesAttribute"/>.</param>
/// <param name="Text">The name; null where the script computes it.</param>
/// <param name="File">The source file's path.</param>
/// <param name="Line">Its line, from 1.</param>
internal sealed record KnownName(string Kind, string? Text, string File, int Line);
