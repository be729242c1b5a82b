namespace LoadTool.Analysis.Capacity;

/// <summary>What an objective is about, and so what gives way when it is not kept.</summary>
internal enum ObjectiveKind
{
    /// <summary>How long something takes.</summary>
    Latency,

    /// <summary>How much fails, comes late or is dropped.</summary>
    Errors,

    /// <summary>How much gets through.</summary>
    Throughput,
}
