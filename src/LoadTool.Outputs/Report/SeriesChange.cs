namespace LoadTool.Outputs.Report;

/// <summary>What an interval changed of the bins before it.</summary>
internal enum SeriesChange
{
    /// <summary>Nothing: it has a bin of its own, the last one.</summary>
    NewBin,

    /// <summary>It was counted into the last bin.</summary>
    LastBin,

    /// <summary>Neighbours were merged to make room for it.</summary>
    AllBins,
}
