using System.Globalization;
using System.Numerics;

namespace LoadTool.Metrics;

/// <summary>What a percentile distribution file (<c>.hgrm</c>, or its form with commas) holds, as <see cref="Histogram.WritePercentiles"/> writes it.</summary>
/// <param name="Rows">The lines, by ascending percentile.</param>
/// <param name="Mean">The mean in the file's unit; null in the form with commas, as are all figures after it.</param>
/// <param name="StandardDeviation">The standard deviation in the file's unit.</param>
/// <param name="Max">The largest value in the file's unit.</param>
/// <param name="TotalCount">How many values were recorded.</param>
/// <param name="Buckets">How many buckets of doubling width the histogram had.</param>
/// <param name="SubBuckets">Into how many steps each of them was cut.</param>
public sealed record PercentileDistribution(
    IReadOnlyList<PercentileRow> Rows,
    double? Mean,
    double? StandardDeviation,
    double? Max,
    long? TotalCount,
    int? Buckets,
    int? SubBuckets)
{
    /// <summary>Reads a percentile distribution in either form.</summary>
    /// <param name="reader">The file's text; read to its end.</param>
    /// <exception cref="FormatException">A line is not part of one; the message names its number.</exception>
    public static PercentileDistribution Read(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        List<PercentileRow> rows = [];
        Dictionary<string, string> figures = [];
        int lineNumber = 0;
        while (reader.ReadLine() is { } line)
        {
            lineNumber++;
            if (line.StartsWith("#[", StringComparison.Ordinal))
                ReadFigures(line, lineNumber, figures);
            else if (lineNumber > 1 && line.Length > 0)
                rows.Add(ReadRow(line, lineNumber));
            else if (lineNumber == 1 && !line.Contains("Percentile", StringComparison.Ordinal))
                throw new FormatException("line 1: no percentile distribution begins like this");
        }

        return new PercentileDistribution(
            rows,
            Figure<double>("Mean"),
            Figure<double>("StdDeviation"),
            Figure<double>("Max"),
            Figure<long>("Total count"),
            Figure<int>("Buckets"),
            Figure<int>("SubBuckets"));

        T? Figure<T>(string name)
            where T : struct, INumber<T>
        {
            if (!figures.TryGetValue(name, out string? text))
                return null;
            return T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T figure)
                ? figure
                : throw new FormatException($"\"{name} = {text}\" is no figure of a percentile distribution");
        }
    }

    private static PercentileRow ReadRow(string line, int lineNumber)
    {
        string[] columns = line.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (columns.Length is 3 or 4
            && double.TryParse(columns[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.TryParse(columns[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double percentile)
            && long.TryParse(columns[2], NumberStyles.None, CultureInfo.InvariantCulture, out long totalCount))
            return new PercentileRow(value, percentile, totalCount);
        throw new FormatException($"line {lineNumber}: \"{line}\" is no row of a percentile distribution");
    }

    /// <summary>Reads <c>#[Name = number, Name = number]</c>.</summary>
    private static void ReadFigures(string line, int lineNumber, Dictionary<string, string> figures)
    {
        foreach (string part in line[2..].TrimEnd(']').Split(','))
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            if (sides.Length != 2)
                throw new FormatException($"line {lineNumber}: \"{part}\" is no figure of a percentile distribution");
            figures[sides[0]] = sides[1];
        }
    }
}
