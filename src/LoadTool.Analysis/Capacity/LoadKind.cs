namespace LoadTool.Analysis.Capacity;

/// <summary>What the load is counted in.</summary>
internal enum LoadKind
{
    /// <summary>Iterations started per second, whether earlier ones have ended or not (open model).</summary>
    Rate,

    /// <summary>Virtual users side by side, each starting its next iteration when the last one has ended (closed model).</summary>
    Users,

    /// <summary>Users that come evenly, one at a time, and stay: what is counted is their open connections.</summary>
    Connections,
}
