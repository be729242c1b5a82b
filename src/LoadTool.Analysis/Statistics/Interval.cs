namespace LoadTool.Analysis.Statistics;

/// <summary>Where a figure lies: an estimate, and the interval that holds the truth with a given confidence.</summary>
/// <param name="Estimate">The estimate.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
internal readonly record struct Interval(double Estimate, double Low, double High)
{
    /// <summary>Whether a value may be the truth.</summary>
    internal bool Holds(double value) => Low <= value && value <= High;

    /// <summary>The interval of a figure that this one's is a monotone growing function of.</summary>
    internal Interval Map(Func<double, double> function) => new(function(Estimate), function(Low), function(High));
}
