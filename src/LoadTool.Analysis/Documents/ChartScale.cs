namespace LoadTool.Analysis.Documents;

/// <summary>Where the values of an axis lie on the picture, and which of them are named.</summary>
internal sealed class ChartScale
{
    private readonly ChartAxis _axis;
    private readonly double _from, _to, _low, _high;

    /// <param name="axis">The axis.</param>
    /// <param name="values">All that have to find a place; at least one.</param>
    /// <param name="from">The picture's coordinate of its lower end.</param>
    /// <param name="to">That of its upper end.</param>
    internal ChartScale(ChartAxis axis, IReadOnlyCollection<double> values, double from, double to)
    {
        (_axis, _from, _to) = (axis, from, to);
        (double low, double high) = (Inner(values.Min()), Inner(values.Max()));
        if (axis.Categories is { } categories)
            (low, high) = (-0.5, categories.Count - 0.5);
        else if (!axis.IsLogarithmic)
            low = Math.Min(low, high < 0 ? low : low > 0.6 * high ? low : 0);
        if (high - low < 1e-12 * Math.Max(1, Math.Abs(high)))
            (low, high) = axis.IsLogarithmic ? (low - 0.5, high + 0.5) : (low - Math.Max(Math.Abs(low) * 0.1, 1e-9), high + Math.Max(Math.Abs(high) * 0.1, 1e-9));
        double margin = axis.Categories is null ? 0.04 * (high - low) : 0;
        (_low, _high) = (low == 0 ? 0 : low - margin, high + margin);
    }

    /// <summary>A value with its unit.</summary>
    internal static string TextOf(ChartAxis axis, double value) => axis.Categories is { } names
        ? (int)Math.Round(value) is >= 0 and var index && index < names.Count ? names[index] : ""
        : axis.Text(value);

    internal string Text(double value) => TextOf(_axis, value);

    /// <summary>The picture's coordinate of a value.</summary>
    internal double At(double value) => _from + (Inner(value) - _low) / (_high - _low) * (_to - _from);

    internal bool Holds(double value) => (!_axis.IsLogarithmic || value > 0) && Inner(value) >= _low && Inner(value) <= _high;

    /// <summary>Values that are named along the axis: round ones, about so many.</summary>
    internal IEnumerable<(double Value, string Text)> Ticks(int about)
    {
        IEnumerable<double> values = _axis switch
        {
            { Categories: { } names } => Enumerable.Range(0, names.Count).Where(index => index % Math.Max(1, (names.Count + about - 1) / about) == 0).Select(index => (double)index),
            { IsLogarithmic: true } => Logarithmic(about).ToArray() is { Length: >= 3 } round ? round : Linear(Math.Pow(10, _low), Math.Pow(10, _high), about),
            _ => Linear(_low, _high, about),
        };
        return values.Select(value => (value, Text(value)));
    }

    private double Inner(double value) => _axis.IsLogarithmic ? Math.Log10(value) : value;

    private static IEnumerable<double> Linear(double low, double high, int about)
    {
        double raw = (high - low) / about, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        for (double number = Math.Ceiling(low / step); number * step <= high; number++)
            yield return number * step;
    }

    private IEnumerable<double> Logarithmic(int about)
    {
        double[] within = _high - _low > about ? [1] : _high - _low > about / 3.0 ? [1, 3] : [1, 2, 5];
        int every = (int)Math.Max(1, Math.Ceiling((_high - _low) / about));
        for (int decade = (int)Math.Floor(_low); decade <= _high; decade += every)
        {
            foreach (double digit in within)
            {
                double value = digit * Math.Pow(10, decade);
                if (Holds(value))
                    yield return value;
            }
        }
    }
}
