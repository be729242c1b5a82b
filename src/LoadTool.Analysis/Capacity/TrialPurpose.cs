namespace LoadTool.Analysis.Capacity;

/// <summary>Why a load is held.</summary>
internal enum TrialPurpose
{
    /// <summary>To come near the highest load that keeps the objectives: nothing has to be proven.</summary>
    Climb,

    /// <summary>To find it.</summary>
    Search,

    /// <summary>To see what was found once more, and for longer.</summary>
    Confirm,

    /// <summary>To see how the target behaves below and above it.</summary>
    Sweep,
}
