namespace LoadTool.Analysis.Capacity;

/// <summary>Holds loads against a target: one after another, with rest in between.</summary>
internal interface ILoadProbe
{
    /// <summary>Time since the search began, of the probe's own clock.</summary>
    TimeSpan Elapsed { get; }

    /// <summary>Holds a load until it is decided, or its time is up.</summary>
    Task<Trial> TryAsync(TrialPlan plan, CancellationToken cancellation);
}
