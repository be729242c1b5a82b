namespace LoadTool.Analysis.Runs;

/// <summary>What a figure of a run says.</summary>
internal enum FigureKind
{
    /// <summary>A percentile of latency from the intended moment, in seconds.</summary>
    Latency,

    /// <summary>Successes per second.</summary>
    Rate,

    /// <summary>Failures among all attempts, from 0 to 1.</summary>
    Errors,

    /// <summary>Messages sent and received per second.</summary>
    Messages,

    /// <summary>The generator's processor time per message, in seconds.</summary>
    Cpu,
}
