using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;
using LoadTool.Analysis.Statistics;

namespace LoadTool.Analysis.Gates;

/// <summary>On what scale figures are compared: logarithms, so that differences are ratios; errors, which may be none, as they are.</summary>
internal static class FigureScale
{
    /// <summary>What a logarithm takes for zero: a nanosecond.</summary>
    private const double Least = 1e-9;

    internal static RunSample Sample(DigestFigure figure) => new(To(figure.Name.Kind, figure.Value), figure.Variance, figure.Burst?.Variance);

    /// <summary>A figure on its scale.</summary>
    internal static double To(FigureKind kind, double value) => kind == FigureKind.Errors ? value : Math.Log(Math.Max(Least, value));

    /// <summary>A figure in its own unit again.</summary>
    internal static double From(FigureKind kind, double value) => kind == FigureKind.Errors ? value : Math.Exp(value);

    /// <summary>Some figures together, in their own unit.</summary>
    internal static double Center(FigureKind kind, IEnumerable<double> values) => From(kind, values.Average(value => To(kind, value)));

    /// <summary>A difference on the scale as people read it: a share of what was before, of errors a share of all attempts.</summary>
    internal static double Change(FigureKind kind, double difference) => kind == FigureKind.Errors ? difference : Math.Exp(difference) - 1;

    /// <inheritdoc cref="Change(FigureKind, double)"/>
    internal static Interval Change(FigureKind kind, Interval difference) => difference.Map(value => Change(kind, value));

    /// <summary>The least difference that matters, on the scale and for the worse: always above zero.</summary>
    internal static double Matters(FigureName name, double minEffect) => name switch
    {
        { Kind: FigureKind.Errors } => minEffect,
        { IsLowerBetter: true } => Math.Log(1 + minEffect),
        _ => -Math.Log(1 - minEffect),
    };
}
