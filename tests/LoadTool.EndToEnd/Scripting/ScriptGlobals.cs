namespace LoadTool.EndToEnd.Scripting;

/// <summary>What the scripts of these tests see by name; the compiler wants it public.</summary>
public sealed class ScriptGlobals
{
    public IReadOnlyList<string> Args { get; init; } = [];

    public List<string> Printed { get; } = [];

    public void Print(object? value) => Printed.Add($"{value}");
}
