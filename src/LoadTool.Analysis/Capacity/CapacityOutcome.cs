namespace LoadTool.Analysis.Capacity;

/// <summary>How a search ended.</summary>
internal enum CapacityOutcome
{
    /// <summary>The highest load that keeps the objectives is known.</summary>
    Found,

    /// <summary>The highest load that was allowed keeps them; what the target carries beyond is not known.</summary>
    AtLeast,

    /// <summary>Not even the smallest load keeps them.</summary>
    NotHeld,

    /// <summary>The generator gave way before the target: nothing is known of the target's limit.</summary>
    GeneratorLimited,

    /// <summary>The trials say too little.</summary>
    CannotTell,
}
