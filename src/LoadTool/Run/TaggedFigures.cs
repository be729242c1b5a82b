namespace LoadTool;

/// <summary>What was counted of a step where it bore one value of a tag. It is counted in the step as well.</summary>
/// <param name="Tag">The tag's name.</param>
/// <param name="Value">Its value; <see cref="Other"/> stands for all past the limit.</param>
/// <param name="Figures">The figures; their latencies keep two significant digits.</param>
public sealed record TaggedFigures(string Tag, string Value, StepFigures Figures)
{
    /// <summary>Distinct values of one tag that a run keeps apart: each takes about 0.3 MB.</summary>
    public const int MaxValues = 100;

    /// <summary>The value that stands for all past <see cref="MaxValues"/>.</summary>
    public const string Other = "(other)";
}
