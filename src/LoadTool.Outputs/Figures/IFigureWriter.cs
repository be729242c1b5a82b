using LoadTool.Metrics;

namespace LoadTool.Outputs.Figures;

/// <summary>Takes figures as rows: of a kind, with labels that say what was counted, then numbers. Rows of one kind come one after another.</summary>
internal interface IFigureWriter
{
    /// <summary>A row begins.</summary>
    /// <param name="kind">What kind of row: one of the names in <see cref="FigureWalk"/>.</param>
    void Begin(string kind);

    /// <summary>Says what the row is about.</summary>
    /// <param name="name">Lower-case letters and underscores.</param>
    /// <param name="value">Text of a script or a server, not empty.</param>
    void Label(string name, string value);

    /// <summary>A count: over a run's intervals it adds up.</summary>
    void Number(string name, long value);

    /// <summary>A whole number that does not: how many there are at a moment.</summary>
    void Level(string name, long value);

    /// <summary>A number that may have a fraction; always finite.</summary>
    void Number(string name, double value);

    /// <summary>A distribution as a whole, for writers that have a form for it; for the others its points are numbers.</summary>
    /// <param name="name">What was measured, such as <c>latency</c>.</param>
    /// <param name="unit">The unit of what is written: <c>s</c>, or <c>1</c>.</param>
    /// <param name="histogram">Not empty.</param>
    /// <param name="scale">How many of its values make one of the unit.</param>
    /// <returns>True when it was written.</returns>
    bool TryDistribution(string name, string unit, Histogram histogram, double scale);

    /// <summary>The row ends.</summary>
    void End();
}
