namespace LoadTool.Analysis.Capacity;

/// <summary>
/// Where between a load that holds and one that fails the limit most likely lies. Trials near it say how far they were from the limit, not only on which side: a straight
/// line through the logarithms, each trial weighted by how well it knows, crosses it somewhere.
/// </summary>
internal static class LimitEstimate
{
    /// <summary>Loads further from the limit follow another line: a queue grows faster and faster.</summary>
    private const double Near = 1.25;

    /// <summary>Ratios further from their limit are of another regime.</summary>
    private const double Far = 50;

    private const int LeastTrials = 3;

    /// <param name="trials">All that count.</param>
    /// <param name="held">The highest that held.</param>
    /// <param name="failed">The lowest above it that failed.</param>
    /// <returns>The load; the middle of both where the trials do not say more.</returns>
    internal static double Of(IReadOnlyList<Trial> trials, Trial held, Trial failed)
    {
        double middle = Math.Sqrt(held.Load * failed.Load);
        if (failed.Objectives.FirstOrDefault(result => result.Verdict == TrialVerdict.Failed) is not { Objective: var objective })
            return middle;
        (double X, double Y, double Weight)[] points =
        [
            .. trials.Where(trial => trial.Verdict != TrialVerdict.GeneratorLimited && trial.Load > held.Load / Near && trial.Load < failed.Load * Near)
                .Select(trial => PointOf(trial.Load, trial.Objectives.First(result => result.Objective == objective)))
                .OfType<(double, double, double)>(),
        ];

        // A line that misses the room between both was drawn through too little.
        return points.Length >= LeastTrials && Math.Exp(Crossing(points)) is var crossing && crossing > held.Load && crossing < failed.Load ? crossing : middle;
    }

    /// <summary>Logarithms of the load and of the ratio over its limit; null when the ratio is too far off to be of use.</summary>
    private static (double X, double Y, double Weight)? PointOf(double load, ObjectiveResult result)
    {
        if (result.Ratio is not { Estimate: > 0, High: var high, Low: var low } ratio)
            return null;
        double over = ratio.Estimate / result.Objective.Limit, width = (high - low) / ratio.Estimate;
        return over is > 1 / Far and < Far && width > 0 ? (Math.Log(load), Math.Log(over), 1 / (width * width)) : null;
    }

    /// <summary>Where the line of least weighted squares is zero; no number when it has no slope.</summary>
    private static double Crossing((double X, double Y, double Weight)[] points)
    {
        double weight = points.Sum(point => point.Weight);
        double x = points.Sum(point => point.Weight * point.X) / weight, y = points.Sum(point => point.Weight * point.Y) / weight;
        double spread = points.Sum(point => point.Weight * (point.X - x) * (point.X - x));
        double slope = points.Sum(point => point.Weight * (point.X - x) * (point.Y - y)) / spread;
        return x - y / slope;
    }
}
