namespace LoadTool.Metrics;

public sealed partial class Histogram
{
    /// <summary>
    /// Writes the percentile distribution as text, character for character like HdrHistogram's <c>outputPercentileDistribution</c>: a
    /// <c>.hgrm</c> file, or the same rows with commas. <see cref="PercentileDistribution.Read"/> reads it back.
    /// </summary>
    /// <param name="writer">Where the text goes.</param>
    /// <param name="stepsPerHalfDistance">How many rows each half of what is left to 100 % gets, at least 1.</param>
    /// <param name="valueUnitRatio">What values are divided by: 1,000,000 shows nanoseconds as milliseconds.</param>
    /// <param name="useCsv">Whether to write columns with commas, without the figures at the end.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stepsPerHalfDistance"/> is less than 1, or <paramref name="valueUnitRatio"/> not above 0.</exception>
    public void WritePercentiles(TextWriter writer, int stepsPerHalfDistance = 5, double valueUnitRatio = 1, bool useCsv = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (!(valueUnitRatio > 0))
            throw new ArgumentOutOfRangeException(nameof(valueUnitRatio), valueUnitRatio, "not above 0");
        IEnumerable<HistogramIterationValue> steps = Percentiles(stepsPerHalfDistance);
        writer.Write(useCsv
            ? "\"Value\",\"Percentile\",\"TotalCount\",\"1/(1-Percentile)\"\n"
            : $"{"Value",12} {"Percentile",14} {"TotalCount",10} {"1/(1-Percentile)",14}\n\n");
        foreach (HistogramIterationValue step in steps)
        {
            string value = Scaled(step.ValueIteratedTo);
            string percentile = JavaNumber.Fixed(step.PercentileIteratedTo / 100, decimals: 12);
            bool isLast = step.PercentileIteratedTo == 100;
            string inverse = isLast ? useCsv ? "Infinity" : "" : JavaNumber.Fixed(1 / (1 - (step.PercentileIteratedTo / 100)), decimals: 2);
            writer.Write(useCsv
                ? $"{value},{percentile},{step.TotalCountToValue},{inverse}\n"
                : $"{value,12} {percentile} {step.TotalCountToValue,10}{(isLast ? "" : " ")}{(isLast ? "" : inverse.PadLeft(14))}\n");
        }

        if (useCsv)
            return;
        writer.Write($"#[Mean    = {Scaled(Mean),12}, StdDeviation   = {Scaled(StandardDeviation),12}]\n");
        writer.Write($"#[Max     = {Scaled(Max),12}, Total count    = {TotalCount,12}]\n");
        writer.Write($"#[Buckets = {BucketCount,12}, SubBuckets     = {SubBucketCount,12}]\n");

        string Scaled(double value) => JavaNumber.Fixed(value / valueUnitRatio, SignificantDigits);
    }
}
