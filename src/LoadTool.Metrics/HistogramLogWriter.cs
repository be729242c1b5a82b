using System.Globalization;

namespace LoadTool.Metrics;

/// <summary>
/// Writes a histogram log (<c>.hlog</c>, version 1.3): a head of comments, then one line per interval, as HdrHistogram's tools read it.
/// </summary>
/// <remarks>Every line reaches the text writer in one call, its line feed included; flushing is the caller's choice.</remarks>
/// <param name="writer">Where the log goes; the caller disposes of it.</param>
public sealed class HistogramLogWriter(TextWriter writer)
{
    private long _baseTimestamp;

    /// <summary>Writes the line that names version 1.3, which is the first of a log.</summary>
    public void WriteFormatVersion() => WriteComment("[Histogram log format version 1.3]");

    /// <summary>Writes when the log began.</summary>
    /// <param name="timestamp">Milliseconds since 1970.</param>
    /// <exception cref="ArgumentOutOfRangeException">The moment is outside the years 1 to 9999.</exception>
    public void WriteStartTime(long timestamp)
    {
        string date = DateTimeOffset.FromUnixTimeMilliseconds(timestamp).ToString("ddd MMM dd HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture);
        WriteComment($"[StartTime: {Seconds(timestamp)} (seconds since epoch), {date}]");
    }

    /// <summary>Writes the moment that all following lines count from, so that they are shorter.</summary>
    /// <param name="timestamp">Milliseconds since 1970.</param>
    public void WriteBaseTime(long timestamp)
    {
        WriteComment($"[BaseTime: {Seconds(timestamp)} (seconds since epoch)]");
        _baseTimestamp = timestamp;
    }

    /// <summary>Writes the line that names the columns.</summary>
    public void WriteLegend() => writer.Write("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");

    /// <summary>Writes a line for people, which readers skip.</summary>
    /// <param name="comment">The text without its <c>#</c>.</param>
    /// <exception cref="ArgumentException">The comment contains a line break.</exception>
    public void WriteComment(string comment)
    {
        ArgumentNullException.ThrowIfNull(comment);
        if (comment.AsSpan().ContainsAny('\r', '\n'))
            throw new ArgumentException("a comment cannot contain line breaks", nameof(comment));
        writer.Write($"#{comment}\n");
    }

    /// <summary>Writes one interval with its timestamps and tag.</summary>
    /// <param name="interval">The interval; its timestamps must be set.</param>
    /// <param name="maxValueUnitRatio">What the column of the largest value is divided by: 1,000,000 shows nanoseconds as milliseconds.</param>
    /// <exception cref="ArgumentException">The tag is empty or contains a comma, a space or a line break; or the timestamps are not set.</exception>
    public void Write(Histogram interval, double maxValueUnitRatio = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(interval);
        if (interval.StartTimestamp == long.MaxValue || interval.EndTimestamp < interval.StartTimestamp)
            throw new ArgumentException("an interval needs a start and an end to stand in a log", nameof(interval));
        if (interval.Tag is { } tag && (tag.Length == 0 || tag.AsSpan().ContainsAny(", \r\n")))
            throw new ArgumentException($"a tag in a log cannot be empty or contain commas, spaces or line breaks: \"{tag}\"", nameof(interval));

        string prefix = interval.Tag is null ? "" : $"Tag={interval.Tag},";
        string start = Seconds(interval.StartTimestamp - _baseTimestamp);
        string length = Seconds(interval.EndTimestamp - interval.StartTimestamp);
        string max = JavaNumber.Fixed(interval.Max / maxValueUnitRatio, decimals: 3);
        writer.Write($"{prefix}{start},{length},{max},{Convert.ToBase64String(interval.EncodeCompressed())}\n");
    }

    private static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString("F3", CultureInfo.InvariantCulture);
}
