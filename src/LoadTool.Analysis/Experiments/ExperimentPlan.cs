namespace LoadTool.Analysis.Experiments;

/// <summary>What an experiment compares, and in which order: each block has a run of every variant.</summary>
/// <param name="Script">The scenario script.</param>
/// <param name="Name">What varies: <c>nagle</c>.</param>
/// <param name="Values">Its values, the first being what the others are compared with.</param>
/// <param name="Blocks">For each block the order of its runs: indexes of values.</param>
/// <param name="Seed">Of that order, and of the resampling.</param>
/// <param name="MinEffect">The size that matters, as a share.</param>
internal sealed record ExperimentPlan(string Script, string Name, IReadOnlyList<string> Values, IReadOnlyList<IReadOnlyList<int>> Blocks, long Seed, double MinEffect)
{
    /// <summary>A plan of so many blocks: each second block in the order of the one before turned round (A B, B A), the others drawn.</summary>
    internal static ExperimentPlan Of(string script, string name, IReadOnlyList<string> values, int blocks, long seed, double minEffect)
    {
        SeededRandom random = new(seed);
        List<IReadOnlyList<int>> order = [];
        while (order.Count < blocks)
        {
            int[] drawn = [.. Enumerable.Range(0, values.Count)];
            random.Shuffle(drawn);
            order.Add(drawn);
            order.Add([.. drawn.Reverse()]);
        }

        return new ExperimentPlan(script, name, values, order[..blocks], seed, minEffect);
    }

    /// <summary>What messages call a variant.</summary>
    internal string Variant(int value) => $"{Name}={Values[value]}";

    /// <summary>The folder of a run inside the experiment's.</summary>
    internal static string FolderOf(int block, int value) => $"block-{block + 1:000}-{(char)('a' + value)}";
}
