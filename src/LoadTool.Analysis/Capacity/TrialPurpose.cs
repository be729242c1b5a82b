namespace LoadTool.Analysis.Capacity;

/// <summary>Why a load is held.</summary>
internal enum TrialPurpose
{
    /// <summary>To find the highest load that keeps the objectives.</summary>
    Search,

    /// <summary>To see what was found once more, and for longer.</summary>
    Confirm,

    /// <summary>To see how the target behaves below and above it.</summary>
    Sweep,
}
