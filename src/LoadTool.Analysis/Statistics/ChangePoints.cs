using MathNet.Numerics.Distributions;

namespace LoadTool.Analysis.Statistics;

/// <summary>
/// Where a series changed, and how many times: E-divisive (Matteson and James, 2014) in its deterministic form. The place of a change is where the energy distance between what
/// is before and after is the largest; whether it is one is decided by a t-test instead of by permutations, so that the same series always gives the same answer.
/// </summary>
internal static class ChangePoints
{
    /// <summary>Figures on either side of a change: fewer say nothing of their own scatter.</summary>
    internal const int LeastFigures = 3;

    private const int MostRounds = 20;

    /// <summary>Finds the changes.</summary>
    /// <param name="series">Figures in order, finite.</param>
    /// <param name="level">Chance of a change that is none, for the whole series.</param>
    /// <returns>In order; empty for a series without changes, or too short for one.</returns>
    internal static IReadOnlyList<ChangePoint> Find(double[] series, double level)
    {
        SortedSet<int> found = [];
        Divide(series, 0, series.Length, found);
        Weed(series, level, found);
        for (int round = 0; round < MostRounds && Move(series, found); round++)
            Weed(series, level, found);
        int[] ends = [0, .. found, series.Length];
        return [.. found.Select((index, number) => new ChangePoint(
            index, series[ends[number]..index].Average(), series[index..ends[number + 2]].Average(), Chance(series, ends[number], index, ends[number + 2])))];
    }

    /// <summary>As far as it goes: a change that others hide (up, and down again) is clear only when they are found too, and those that are none go later.</summary>
    private static void Divide(double[] series, int from, int to, SortedSet<int> found)
    {
        if (Best(series, from, to) is not { } place)
            return;
        found.Add(place);
        Divide(series, from, place, found);
        Divide(series, place, to, found);
    }

    /// <summary>A change found while others were still unknown may lie a little beside its place: each is looked for again between its neighbours.</summary>
    /// <returns>True when one moved.</returns>
    private static bool Move(double[] series, SortedSet<int> found)
    {
        bool hasMoved = false;
        foreach (int change in found.ToArray())
        {
            int from = found.GetViewBetween(0, change - 1).DefaultIfEmpty(0).Max(), to = found.GetViewBetween(change + 1, series.Length).DefaultIfEmpty(series.Length).Min();
            if (Best(series, from, to) is not { } place || place == change)
                continue;
            found.Remove(change);
            found.Add(place);
            hasMoved = true;
        }

        return hasMoved;
    }

    /// <summary>A change found early may be none beside those found later: the weakest goes until all hold between their neighbours.</summary>
    private static void Weed(double[] series, double level, SortedSet<int> found)
    {
        while (found.Count > 0)
        {
            int[] ends = [0, .. found, series.Length];
            (int weakest, double chance) = Enumerable.Range(1, found.Count)
                .Select(number => (ends[number], Chance(series, ends[number - 1], ends[number], ends[number + 1])))
                .MaxBy(change => change.Item2);
            if (chance <= level)
                return;
            found.Remove(weakest);
        }
    }

    /// <summary>The place with the largest energy distance between both sides; null when the part is too short for two.</summary>
    private static int? Best(double[] series, int from, int to)
    {
        int count = to - from;
        if (count < 2 * LeastFigures)
            return null;

        // Sums of distances inside both sides and between them, as one figure after another changes sides.
        double before = 0, between = 0, after = 0;
        for (int left = from; left < to; left++)
        {
            for (int right = left + 1; right < to; right++)
                after += Math.Abs(series[left] - series[right]);
        }

        (int place, double largest) = (-1, double.NegativeInfinity);
        for (int moved = from; moved < to - LeastFigures; moved++)
        {
            double toBefore = 0, toAfter = 0;
            for (int other = from; other < moved; other++)
                toBefore += Math.Abs(series[moved] - series[other]);
            for (int other = moved + 1; other < to; other++)
                toAfter += Math.Abs(series[moved] - series[other]);
            (before, between, after) = (before + toBefore, between - toBefore + toAfter, after - toAfter);
            double size = moved + 1 - from, rest = count - size;
            if (size < LeastFigures)
                continue;
            double energy = 2 * between / (size * rest) - 2 * before / (size * (size - 1)) - 2 * after / (rest * (rest - 1));
            double weighted = energy * size * rest / count;
            if (weighted > largest)
                (place, largest) = (moved + 1, weighted);
        }

        return place;
    }

    /// <summary>Of both sides having one mean (Student's test of two samples), held against all the places of the series that there were to choose from.</summary>
    private static double Chance(double[] series, int from, int place, int to)
    {
        int before = place - from, after = to - place, degrees = before + after - 2;
        double meanBefore = series[from..place].Average(), meanAfter = series[place..to].Average();
        double squares = series[from..place].Sum(figure => (figure - meanBefore) * (figure - meanBefore)) + series[place..to].Sum(figure => (figure - meanAfter) * (figure - meanAfter));
        double error = Math.Sqrt(squares / degrees * (1.0 / before + 1.0 / after));
        if (error == 0)
            return meanBefore == meanAfter ? 1 : 0;
        double alone = 2 * StudentT.CDF(0, 1, degrees, -Math.Abs(meanAfter - meanBefore) / error);
        int places = Math.Max(1, series.Length - 2 * LeastFigures + 1);
        return Math.Min(1, alone * places);
    }
}
