namespace LoadTool.Outputs.Terminal;

/// <summary>A curve in one line of text.</summary>
internal static class Sparkline
{
    private const string Bars = " ▁▂▃▄▅▆▇█";

    /// <summary>One character for each value, as high as its share of the greatest; only nothing is blank.</summary>
    internal static string Of(IReadOnlyCollection<double> values)
    {
        double most = values.Max();
        return most == 0 ? new string(' ', values.Count) : string.Concat(values.Select(value => Bars[(int)Math.Ceiling(value / most * (Bars.Length - 1))]));
    }
}
