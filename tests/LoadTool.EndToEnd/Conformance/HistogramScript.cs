using System.Globalization;
using LoadTool.Metrics;

namespace LoadTool.EndToEnd.Conformance;

/// <summary>Does to our histogram what <c>tests/peers/HistogramPeer.java</c> does to Java's, and prints the same text.</summary>
internal sealed class HistogramScript
{
    private static readonly double[] Percentiles =
        [-1, 0, 1e-9, 1, 10, 25, 33.3, 50, 66.6, 75, 90, 95, 99, 99.9, 99.99, 99.999, 99.9999999, 100, 101];

    private readonly Dictionary<string, Histogram> _histograms = [];
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    public static string Run(IEnumerable<string> lines)
    {
        HistogramScript script = new();
        foreach (string line in lines)
            script.Run(line.Split(' '));
        return script._output.ToString();
    }

    private void Run(string[] words)
    {
        _ = _histograms.TryGetValue(words[1], out Histogram? named);
        Histogram histogram = named!;
        switch (words[0])
        {
            case "new":
                _histograms[words[1]] = new Histogram(Number(words[2]), Number(words[3]), (int)Number(words[4]), autoResize: words[5] == "widening");
                break;
            case "record":
                histogram.RecordValueWithCount(Number(words[2]), Number(words[3]));
                break;
            case "expect":
                histogram.RecordValueWithExpectedInterval(Number(words[2]), Number(words[3]));
                break;
            case "add":
                histogram.Add(_histograms[words[2]]);
                break;
            case "subtract":
                histogram.Subtract(_histograms[words[2]]);
                break;
            case "correct":
                _histograms[words[2]] = histogram.CopyCorrectedForCoordinatedOmission(Number(words[3]));
                break;
            case "decode":
                _histograms[words[1]] = Histogram.Decode(Convert.FromBase64String(words[3]));
                break;
            case "figures":
                PrintFigures(histogram, words[2..].Select(Number));
                break;
            case "steps":
                PrintSteps(histogram, words);
                break;
            case "text":
                histogram.WritePercentiles(_output, (int)Number(words[2]), double.Parse(words[3], CultureInfo.InvariantCulture), words[4] == "csv");
                break;
            case "bytes":
                _output.WriteLine($"bytes {Convert.ToBase64String(histogram.Encode())}");
                break;
            default:
                throw new ArgumentException(words[0]);
        }
    }

    private void PrintFigures(Histogram h, IEnumerable<long> values)
    {
        _output.WriteLine($"total {h.TotalCount} min {h.Min} max {h.Max} above zero {h.MinNonZero}");
        _output.WriteLine($"range {h.LowestDiscernibleValue} {h.HighestTrackableValue} {h.SignificantDigits}");
        _output.WriteLine($"mean {Bits(h.Mean)} deviation {Bits(h.StandardDeviation)}");
        foreach (double percentile in Percentiles)
            _output.WriteLine($"at {Bits(percentile)} {h.ValueAtPercentile(percentile)}");
        foreach (long value in values)
        {
            _output.WriteLine($"value {value} size {h.SizeOfEquivalentRange(value)} from {h.LowestEquivalentValue(value)}"
                + $" median {h.MedianEquivalentValue(value)} to {h.HighestEquivalentValue(value)}"
                + $" count {h.CountAt(value)} below {Bits(h.PercentileAtOrBelow(value))} between {h.CountBetween(value / 2, value)}");
        }
    }

    private void PrintSteps(Histogram h, string[] words)
    {
        IEnumerable<HistogramIterationValue> steps = words[2] switch
        {
            "recorded" => h.RecordedValues(),
            "all" => h.AllValues(),
            "linear" => h.LinearSteps(Number(words[3])),
            "logarithmic" => h.LogarithmicSteps(Number(words[3]), double.Parse(words[4], CultureInfo.InvariantCulture)),
            _ => h.Percentiles((int)Number(words[3])),
        };
        foreach (HistogramIterationValue step in steps)
        {
            _output.WriteLine($"{words[2]} {step.ValueIteratedTo} {step.ValueIteratedFrom} {step.CountAtValue}"
                + $" {step.CountInStep} {step.TotalCountToValue} {Bits(step.Percentile)} {Bits(step.PercentileIteratedTo)}");
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    // Java prints one bit pattern for all that is not a number.
    private static string Bits(double value) =>
        (double.IsNaN(value) ? 0x7ff8_0000_0000_0000 : BitConverter.DoubleToInt64Bits(value)).ToString("x", CultureInfo.InvariantCulture);
}
