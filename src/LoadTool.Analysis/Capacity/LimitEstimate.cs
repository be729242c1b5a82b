namespace LoadTool.Analysis.Capacity;

/// <summary>
/// Where between a load that holds and one that fails the limit most likely lies. Trials near it say how far they were from the limit, not only on which side: a curve that only
/// rises is laid through them, each weighted by how well it knows, and crosses the limit somewhere.
/// </summary>
internal static class LimitEstimate
{
    /// <summary>Loads further below the limit than this say nothing of it.</summary>
    private const double Near = 1.5;

    /// <summary>The upper end of a share without a bad event is about ten times what half an event would be, at 99 % confidence.</summary>
    private const double EndOverHalf = 10;

    /// <summary>How well such a share is known: within a factor of seven or so.</summary>
    private const double WidthOfNone = 2;

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
            .. trials.Where(trial => trial.Verdict != TrialVerdict.GeneratorLimited && trial.Load > held.Load / Near)
                .Select(trial => PointOf(trial.Load, trial.Objectives.First(result => result.Objective == objective)))
                .OfType<Point>()
                .OrderBy(point => point.First),
        ];
        return Crossing(Rising(points)) is { } crossing ? Math.Clamp(Math.Exp(crossing), held.Load, failed.Load) : middle;
    }

    /// <summary>Logarithms of the load and of the ratio over its limit; of a share without a bad event, as if it had half a one. Null when too little was counted.</summary>
    private static Point? PointOf(double load, ObjectiveResult result)
    {
        if (result.Ratio is not { High: > 0 } ratio)
            return null;
        double estimate = ratio.Estimate > 0 ? ratio.Estimate : ratio.High / EndOverHalf, width = ratio.Estimate > 0 ? Math.Max((ratio.High - ratio.Low) / estimate, 1e-6) : WidthOfNone;
        double over = Math.Log(estimate / result.Objective.Limit), x = Math.Log(load);
        return new Point(x, x, result.Objective.IsFloor ? -over : over, 1 / (width * width));
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
        return low.Last + (high.First - low.Last) * -low.Y / (high.Y - low.Y);
    }

    /// <summary>A trial, or several that are taken together.</summary>
    /// <param name="First">The lowest load.</param>
    /// <param name="Last">The highest load.</param>
    /// <param name="Y">How far off the limit.</param>
    /// <param name="Weight">How well that is known.</param>
    private readonly record struct Point(double First, double Last, double Y, double Weight)
    {
        internal Point With(Point next) => new(First, next.Last, (Weight * Y + next.Weight * next.Y) / (Weight + next.Weight), Weight + next.Weight);
    }
}
