namespace LoadTool.Analysis.Capacity;

/// <summary>What gave way first.</summary>
internal enum CapacityLimit
{
    /// <summary>The target answers too slowly.</summary>
    TargetLatency,

    /// <summary>The target fails, or loses, too much.</summary>
    TargetErrors,

    /// <summary>The target lets too little through.</summary>
    TargetThroughput,

    /// <summary>The generator does not carry more.</summary>
    Generator,

    /// <summary>The generator's machine has no more ports, descriptors or buffers.</summary>
    Ports,

    /// <summary>The way to the target loses segments, or is full.</summary>
    Network,

    /// <summary>The highest load that was allowed was held.</summary>
    LoadAllowed,
}
