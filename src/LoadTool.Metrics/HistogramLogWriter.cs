using System.Globalization;

namespace LoadTool.Metrics;

/// <summary>
/// Writes a histogram log (<c>.hlog</c>, version 1.3): a head of comments, then one line per interval, as HdrHistogram's tools read it.
/// </summary>
/// <remarks>Every line reaches the text writer in one call, its line feed included; flushing is the caller's choice.</remarks>
/// <param name="writer">Where the log goes; the caller disposes of it.</param>
public sealed class HistogramLogWriter(TextWriter writer)
{
    /// <summary>Longer than any number of a column.</summary>
    private const int MaxNumberLength = 32;

    /// <summary>Below it a double of milliseconds has all digits of the nanoseconds.</summary>
    private const long MaxExactNanoseconds = 1_000_000_000_000_000;

    private readonly HistogramEncoder _encoder = new();
    private (long Start, long End, string Text) _times = (0, -1, "");
    private char[] _line = [];
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
        _times.End = -1;
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
        Require(interval.StartTimestamp, interval.EndTimestamp, interval.Tag);
        string prefix = interval.Tag is null ? "" : $"Tag={interval.Tag},";
        writer.Write($"{prefix}{Times(interval.StartTimestamp, interval.EndTimestamp)}{Max(interval, maxValueUnitRatio)},{Convert.ToBase64String(interval.EncodeCompressed())}\n");
    }

    /// <summary>
    /// Writes one interval under a tag and times that are not its own, and fast: see <see cref="HistogramEncoder"/>. For logs of many lines a second.
    /// </summary>
    /// <param name="interval">The interval's counts.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="startTimestamp">When it began, milliseconds since 1970.</param>
    /// <param name="endTimestamp">When it ended.</param>
    /// <exception cref="ArgumentException">The tag is empty or contains a comma, a space or a line break; or the end is before the start.</exception>
    public void Write(Histogram interval, string tag, long startTimestamp, long endTimestamp)
    {
        ArgumentNullException.ThrowIfNull(interval);
        ArgumentNullException.ThrowIfNull(tag);
        Require(startTimestamp, endTimestamp, tag);
        ReadOnlySpan<byte> bytes = _encoder.Encode(interval);
        string times = Times(startTimestamp, endTimestamp);
        int needed = "Tag=,,\n".Length + tag.Length + times.Length + MaxNumberLength + (4 * ((bytes.Length + 2) / 3));
        if (_line.Length < needed)
            _line = new char[2 * needed];
        int length = 0;
        Append("Tag=");
        Append(tag);
        Append(",");
        Append(times);
        length += WriteMilliseconds(interval.Max, _line.AsSpan(length));
        Append(",");
        Convert.TryToBase64Chars(bytes, _line.AsSpan(length), out int encoded);
        length += encoded;
        Append("\n");
        writer.Write(_line, 0, length);

        void Append(string text)
        {
            text.CopyTo(_line.AsSpan(length));
            length += text.Length;
        }
    }

    private static void Require(long start, long end, string? tag)
    {
        if (start == long.MaxValue || end < start)
            throw new ArgumentException("an interval needs a start and an end to stand in a log");
        if (tag is not null && (tag.Length == 0 || tag.AsSpan().ContainsAny(", \r\n")))
            throw new ArgumentException($"a tag in a log cannot be empty or contain commas, spaces or line breaks: \"{tag}\"");
    }

    /// <summary>The two columns of time, which many lines share.</summary>
    private string Times(long start, long end)
    {
        if ((_times.Start, _times.End) != (start, end))
            _times = (start, end, $"{Seconds(start - _baseTimestamp)},{Seconds(end - start)},");
        return _times.Text;
    }

    /// <summary>Nanoseconds as milliseconds with three decimals, rounded half up: what <see cref="JavaNumber"/> gives for them, without its strings.</summary>
    private static int WriteMilliseconds(long nanoseconds, Span<char> target)
    {
        if (nanoseconds >= MaxExactNanoseconds)
        {
            string text = JavaNumber.Fixed(nanoseconds / 1e6, decimals: 3);
            text.CopyTo(target);
            return text.Length;
        }

        (long whole, long rest) = Math.DivRem((nanoseconds + 500) / 1000, 1000);
        whole.TryFormat(target, out int length, default, CultureInfo.InvariantCulture);
        target[length++] = '.';
        rest.TryFormat(target[length..], out int decimals, "D3", CultureInfo.InvariantCulture);
        return length + decimals;
    }

    private static string Max(Histogram interval, double ratio) => JavaNumber.Fixed(interval.Max / ratio, decimals: 3);

    private static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString("F3", CultureInfo.InvariantCulture);
}
