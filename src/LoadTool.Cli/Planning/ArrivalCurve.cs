namespace LoadTool.Cli.Planning;

/// <summary>How many arrivals of a simulation fall between given moments.</summary>
internal static class ArrivalCurve
{
    /// <summary>Up to so many numbers are looked at one by one where chance decides; of more, samples are.</summary>
    private const long MaxWalked = 2_000_000;

    /// <summary>Numbers in a sample, so long that a cell of chance is small in it.</summary>
    private const long SampleLength = 4_000;

    /// <summary>Counts the arrivals between each moment and the next.</summary>
    /// <param name="simulation">In its place in the plan.</param>
    /// <param name="edges">Moments since the simulation's start, in order; at least two.</param>
    /// <returns>One count fewer than there are moments, and whether they are estimates.</returns>
    internal static (double[] Counts, bool IsEstimate) Between(LoadSimulation simulation, IReadOnlyList<TimeSpan> edges)
    {
        // An arrival may be due together with the simulation's end, and still comes.
        edges = [.. edges.Select(edge => edge < simulation.During ? edge : TimeSpan.MaxValue)];
        if (simulation is InjectInCells or WeightedArrivals)
            return Walk(simulation, edges);
        long[] before = [.. edges.Select(edge => Before(simulation, edge))];
        return ([.. before.Skip(1).Zip(before, (next, own) => (double)(next - own))], false);
    }

    /// <summary>Arrivals due before a moment, where every number has its moment.</summary>
    private static long Before(LoadSimulation simulation, TimeSpan moment)
    {
        long low = 0, high = simulation.Arrivals;
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            if (simulation.DueAt(middle) < moment)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static (double[] Counts, bool IsEstimate) Walk(LoadSimulation simulation, IReadOnlyList<TimeSpan> edges)
    {
        double[] counts = new double[edges.Count - 1];
        bool isEstimate = simulation.Arrivals > MaxWalked;
        long samples = isEstimate ? MaxWalked / SampleLength : 1;
        long length = isEstimate ? SampleLength : simulation.Arrivals;
        double weight = (double)simulation.Arrivals / (samples * length);
        for (long sample = 0; sample < samples; sample++)
        {
            long first = (long)((Int128)simulation.Arrivals * sample / samples);
            int part = 0;
            for (long number = first; number < first + length; number = simulation.Next(number, 1))
            {
                if (simulation.DueAt(number) is not { } dueAt)
                    continue;
                while (part < counts.Length && dueAt >= edges[part + 1])
                    part++;
                if (part == counts.Length)
                    break;
                if (dueAt >= edges[0])
                    counts[part] += weight;
            }
        }

        return (counts, isEstimate);
    }
}
