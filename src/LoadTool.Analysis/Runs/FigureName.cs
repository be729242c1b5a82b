using System.Globalization;
using LoadTool.Outputs.Terminal;

namespace LoadTool.Analysis.Runs;

/// <summary>What a figure is of; two runs' figures of the same name can be compared.</summary>
/// <param name="Place">The step, <c>iterations</c>, or a phase of connecting; with its scenario before it where there are several. Empty for the whole run.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Percentile">Of a latency: such as 99; else 0.</param>
internal readonly record struct FigureName(string Place, FigureKind Kind, double Percentile = 0)
{
    private const double OpenEnd = 0.025;

    /// <summary>False only of throughput.</summary>
    internal bool IsLowerBetter => Kind is not (FigureKind.Rate or FigureKind.Messages);

    /// <summary>How many values a latency's percentile takes to be one: so many that the 95 % interval of its order statistics ends inside them. 1 of all others.</summary>
    internal long LeastSamples => Kind == FigureKind.Latency ? (long)Math.Ceiling(Math.Log(OpenEnd) / Math.Log(Percentile / 100)) : 1;

    /// <summary>As people write it, in rules too: <c>echo p99</c>, <c>echo rate</c>, <c>echo errors</c>, <c>messages</c>, <c>cpu</c>.</summary>
    public override string ToString()
    {
        string kind = Kind switch
        {
            FigureKind.Latency => string.Create(CultureInfo.InvariantCulture, $"p{Percentile:0.###}"),
            FigureKind.Rate => "rate",
            FigureKind.Errors => "errors",
            FigureKind.Messages => "messages",
            _ => "cpu",
        };
        return Place.Length == 0 ? kind : $"{Place} {kind}";
    }

    /// <summary>A value of it, with its unit.</summary>
    internal string Text(double value) => Kind switch
    {
        FigureKind.Latency or FigureKind.Cpu => value < 0 ? $"-{Units.Duration(-value * 1e9)}" : Units.Duration(value * 1e9),
        FigureKind.Errors => Units.Share(value),
        _ => Units.PerSecond(value),
    };
}
