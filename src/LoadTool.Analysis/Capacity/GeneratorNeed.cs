namespace LoadTool.Analysis.Capacity;

/// <summary>How many generators like this one a load needs, by what the trials cost.</summary>
/// <param name="Load">The load.</param>
/// <param name="Least">Generators, if each unit of load costs as little as it ever did.</param>
/// <param name="Most">Generators, if it costs as much as it ever did.</param>
/// <param name="Cores">Processors that the load's event loops keep busy, at most.</param>
/// <param name="LoopsEach">Event loops of a generator.</param>
internal sealed record GeneratorNeed(double Load, int Least, int Most, double Cores, int LoopsEach)
{
    /// <summary>How busy an event loop may be and still be on time.</summary>
    internal const double Use = 0.7;

    /// <summary>Small loads say little of the cost of large ones: what a generator costs anyway is spread over few.</summary>
    private const double OfLargest = 0.4;

    /// <summary>Tells it from trials.</summary>
    /// <returns>Null when none has a known cost.</returns>
    internal static GeneratorNeed? For(double load, IReadOnlyList<Trial> trials)
    {
        Trial[] known = [.. trials.Where(trial => trial is { Cpu: > 0, Loops: > 0, Verdict: not TrialVerdict.GeneratorLimited })];
        if (known.Length == 0)
            return null;
        double largest = known.Max(trial => trial.Load);
        double[] costs = [.. known.Where(trial => trial.Load >= OfLargest * largest).Select(trial => trial.Cpu!.Value / trial.Load)];
        int loops = known.Max(trial => trial.Loops);
        return new GeneratorNeed(load, Count(costs.Min()), Count(costs.Max()), load * costs.Max(), loops);

        int Count(double cost) => Math.Max(1, (int)Math.Ceiling(load * cost / (Use * loops)));
    }
}
