namespace LoadTool.Outputs;

/// <summary>What started a run, for whoever wants to repeat it.</summary>
/// <param name="ScriptPath">The script, as it was named.</param>
/// <param name="Arguments">The command line after it. What is secret in it is the caller's to leave out; URIs lose user info and query values here.</param>
/// <param name="ContentHash">A hash of everything the script consists of, such as <c>sha256:…</c>.</param>
public sealed record RunEnvironment(string ScriptPath, IReadOnlyList<string> Arguments, string ContentHash)
{
    /// <summary>The script's text, for the report page; null where nobody has it. In <c>environment.json</c> only its hash stands.</summary>
    public string? Source { get; init; }
}
