namespace LoadTool.Analysis.Capacity;

/// <summary>
/// Where between a load that holds and one that fails the limit most likely lies. Trials near it say how far they were from the limit, not only on which side: a curve that only
/// rises is laid through them, each weighted by how well it knows, and crosses the limit somewhere.
/// </summary>
internal static class LimitEstimate
{
    /// <param name="trials">All that count.</param>
    /// <param name="held">The highest that held.</param>
    /// <param name="failed">The lowest above it that failed.</param>
    /// <returns>The load; the middle of both where the trials do not say more.</returns>
    internal static double Of(IReadOnlyList<Trial> trials, Trial held, Trial failed)
    {
        double middle = Math.Sqrt(held.Load * failed.Load);
        if (failed.Objectives.FirstOrDefault(result => result.Verdict == TrialVerdict.Failed) is not { Objective: var objective })
            return middle;
        Point[] points =
        [
            .. trials.Where(trial => trial.Verdict != TrialVerdict.GeneratorLimited)
                .Select(trial => PointOf(trial.Load, trial.Objectives.First(result => result.Objective == objective)))
                .OfType<Point>()
                .OrderBy(point => point.X),
        ];
        return Crossing(Rising(points)) is { } crossing ? Math.Clamp(Math.Exp(crossing), held.Load, failed.Load) : middle;
    }

    /// <summary>Logarithms of the load and of the ratio over its limit; null when nothing was bad, and so nobody knows how far off that was.</summary>
    private static Point? PointOf(double load, ObjectiveResult result)
    {
        if (result.Ratio is not { Estimate: > 0 } ratio)
            return null;
        double over = Math.Log(ratio.Estimate / result.Objective.Limit), width = Math.Max((ratio.High - ratio.Low) / ratio.Estimate, 1e-6);
        return new Point(Math.Log(load), result.Objective.IsFloor ? -over : over, 1 / (width * width));
    }

    /// <summary>Neighbours that fall are taken together, at their mean, until none do (isotonic regression).</summary>
    private static List<Point> Rising(Point[] points)
    {
        List<Point> rising = [];
        foreach (Point point in points)
        {
            rising.Add(point);
            while (rising.Count > 1 && rising[^2].Y >= rising[^1].Y)
            {
                Point merged = rising[^2].With(rising[^1]);
                rising.RemoveRange(rising.Count - 2, 2);
                rising.Add(merged);
            }
        }

        return rising;
    }

    /// <summary>Where the curve is zero; null when it is nowhere.</summary>
    private static double? Crossing(List<Point> rising)
    {
        int above = rising.FindIndex(point => point.Y >= 0);
        if (above <= 0)
            return null;
        (Point low, Point high) = (rising[above - 1], rising[above]);
        return low.X + (high.X - low.X) * -low.Y / (high.Y - low.Y);
    }

    private readonly record struct Point(double X, double Y, double Weight)
    {
        internal Point With(Point other) =>
            new((Weight * X + other.Weight * other.X) / (Weight + other.Weight), (Weight * Y + other.Weight * other.Y) / (Weight + other.Weight), Weight + other.Weight);
    }
}
