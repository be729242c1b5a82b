namespace LoadTool;

/// <summary>
/// Says of a parameter that it names something of a run: where a script passes a constant, what is named is known before the load, so that thresholds on what does not exist,
/// and one name for two kinds of thing, are errors with a place. The kinds are those of <see cref="NameRegistry"/>, and <see cref="Threshold"/>.
/// </summary>
/// <param name="kind">What is named, with its article.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class NamesAttribute(string kind) : Attribute
{
    internal const string Step = "a step";
    internal const string Check = "a check";
    internal const string Tag = "a tag";
    internal const string Counter = "a counter";
    internal const string Gauge = "a gauge";
    internal const string Histogram = "a histogram";
    internal const string Broadcast = "a broadcast";

    /// <summary>No name: the text of a threshold, to know its place.</summary>
    internal const string Threshold = "a threshold";

    /// <summary>What is named.</summary>
    internal string Kind => kind;
}
