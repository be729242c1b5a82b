namespace LoadTool.Outputs.Prometheus;

/// <summary>Says what did not fit into an output's limit of series.</summary>
internal static class LeftOut
{
    internal static void Tell(string output, SeriesTable table)
    {
        if (table.LeftOut.Count > 0)
            Console.Error.WriteLine(Text(output, table.LeftOut));
    }

    internal static string Text(string output, IReadOnlyDictionary<string, int> leftOut) =>
        $"{output}: left out, because the limit of series was reached: {string.Join(", ", leftOut.Select(family => $"{family.Value} of {family.Key}"))}; raise it with --out-setting {output}.series=N";
}
