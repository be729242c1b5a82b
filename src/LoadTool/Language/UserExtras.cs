namespace LoadTool;

/// <summary>What a virtual user has only when its scenario asks for it: users that do without cost nothing for it.</summary>
internal sealed class UserExtras
{
    internal object? State { get; set; }

    internal Dictionary<string, object>? Data { get; set; }
}
