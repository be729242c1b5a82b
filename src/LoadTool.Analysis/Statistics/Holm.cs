namespace LoadTool.Analysis.Statistics;

/// <summary>Many questions asked at once, with one chance of a false alarm for all of them (Holm, 1979).</summary>
internal static class Holm
{
    /// <summary>Each chance as it counts among all: what is at most the level asked for holds.</summary>
    /// <param name="chances">Chances of single questions, from 0 to 1.</param>
    /// <returns>In the same order, from 0 to 1.</returns>
    internal static double[] Adjust(IReadOnlyList<double> chances)
    {
        int[] order = [.. Enumerable.Range(0, chances.Count).OrderBy(index => chances[index])];
        double[] adjusted = new double[chances.Count];
        double largest = 0;
        foreach ((int rank, int index) in order.Index())
            adjusted[index] = largest = Math.Min(1, Math.Max(largest, chances[index] * (chances.Count - rank)));
        return adjusted;
    }
}
