namespace LoadTool.Outputs.Delivery;

/// <summary>What a <see cref="Courier"/> may take of memory and time.</summary>
internal sealed record DeliveryLimits
{
    /// <summary>The settings by which users change them, for an output's <see cref="Catalog.OutputKind"/>.</summary>
    internal static IReadOnlyList<Catalog.OutputSetting> Settings { get; } =
    [
        new("buffer", "Megabytes that may wait while the receiver does not take them, before the oldest are dropped; 16 by default."),
        new("timeout", "Limit of one attempt to send; 10s by default."),
        new("farewell", "How long the end of a run waits for what is still to be sent; 10s by default."),
    ];

    /// <summary>Bytes that may wait; what is the oldest is dropped for what is new.</summary>
    internal int BufferBytes { get; init; } = 16_000_000;

    /// <summary>Limit of one attempt.</summary>
    internal TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Limit of the end.</summary>
    internal TimeSpan Farewell { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait after the first failed attempt; doubled each time.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait between two attempts.</summary>
    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The limits as settings say.</summary>
    /// <exception cref="ArgumentException">A setting is wrong.</exception>
    internal static DeliveryLimits Of(Catalog.OutputRequest request) => new()
    {
        BufferBytes = Math.Min(request.Number("buffer", 16), 1_000) * 1_000_000,
        Attempt = request.Time("timeout", TimeSpan.FromSeconds(10)),
        Farewell = request.Time("farewell", TimeSpan.FromSeconds(10)),
    };
}
