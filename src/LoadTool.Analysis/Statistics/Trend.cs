using MathNet.Numerics.Distributions;

namespace LoadTool.Analysis.Statistics;

/// <summary>
/// How fast something grows, with an interval that holds although neighbouring values depend on one another: time is cut into stretches of equal length, much longer than
/// whatever swings within them (a sawtooth of garbage collection, a slow second), and a line is laid through their means.
/// </summary>
internal static class Trend
{
    /// <summary>Stretches that a line is laid through.</summary>
    internal const int Stretches = 12;

    /// <summary>Fewer stretches with a value say too little of their scatter.</summary>
    internal const int LeastStretches = 6;

    /// <summary>The growth per unit of time of the means of stretches.</summary>
    /// <param name="means">Each stretch's middle and mean, in order.</param>
    /// <param name="confidence">Such as 0.95.</param>
    /// <returns>Null when there are too few stretches.</returns>
    internal static Interval? Of(IReadOnlyList<(double Time, double Value)> means, double confidence)
    {
        int count = means.Count;
        if (count < LeastStretches)
            return null;
        double time = means.Average(point => point.Time), value = means.Average(point => point.Value);
        double spread = means.Sum(point => Square(point.Time - time));
        double slope = means.Sum(point => (point.Time - time) * (point.Value - value)) / spread;
        double off = means.Sum(point => Square(point.Value - value - slope * (point.Time - time)));
        double error = Math.Sqrt(off / (count - 2) / spread), far = StudentT.InvCDF(0, 1, count - 2, (1 + confidence) / 2) * error;
        return new Interval(slope, slope - far, slope + far);
    }

    /// <summary>Which stretch of a time a moment lies in.</summary>
    /// <returns>From 0; null outside of the time.</returns>
    internal static int? StretchOf(double moment, double from, double to) =>
        moment < from || moment >= to ? null : (int)Math.Min(Stretches - 1, (moment - from) / (to - from) * Stretches);

    /// <summary>The means of values in the stretches of a time; a stretch without a value is left out.</summary>
    internal static IReadOnlyList<(double Time, double Value)> Means(IEnumerable<(double Time, double Value)> values, double from, double to) =>
    [
        .. values
            .Select(value => (Stretch: StretchOf(value.Time, from, to), value.Value))
            .Where(value => value.Stretch is not null)
            .GroupBy(value => value.Stretch!.Value, value => value.Value)
            .OrderBy(stretch => stretch.Key)
            .Select(stretch => (MiddleOf(stretch.Key, from, to), stretch.Average())),
    ];

    internal static double MiddleOf(int stretch, double from, double to) => from + (stretch + 0.5) * (to - from) / Stretches;

    private static double Square(double value) => value * value;
}
