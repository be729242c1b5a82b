using System.Globalization;
using System.Text;

namespace LoadTool.Metrics;

/// <summary>Reads a histogram log (<c>.hlog</c>) of versions 1.0 to 1.3 interval by interval, with or without tags.</summary>
/// <param name="reader">The log's text; the caller disposes of it.</param>
public sealed class HistogramLogReader(TextReader reader)
{
    /// <summary>Far above the line of any real interval, and small enough to hold: a file that is no log has no line breaks.</summary>
    internal const int MaxLineLength = 16 * 1024 * 1024;

    /// <summary>Times further back than this before the log's start are counted from its start: logs without a base time do both, and none says which.</summary>
    internal const double SecondsOfYear = 365 * 24 * 3600.0;

    private readonly StringBuilder _line = new();
    private double? _startSeconds;
    private double? _baseSeconds;

    /// <summary>When the log began, in milliseconds since 1970: what its head says, else the first interval's start; null before either was read.</summary>
    public long? StartTimestamp => _startSeconds is { } seconds ? Milliseconds(seconds) : null;

    /// <summary>The number of the line read last; the first line is 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>
    /// Whether the log ended within a line that cannot be read, as a writer that was killed leaves it: its number is <see cref="LineNumber"/>,
    /// and all intervals before it were read.
    /// </summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Reads the next interval, with its tag and its timestamps in milliseconds since 1970.</summary>
    /// <returns>Null at the end of the log.</returns>
    /// <exception cref="FormatException">A line is corrupt; the message names its number. The next call goes on with the line after it.</exception>
    public Histogram? Read()
    {
        while (ReadLine() is ({ } line, bool isWhole))
        {
            try
            {
                if (line.StartsWith('#'))
                    ReadComment(line);
                else if (line.Length > 0 && !line.StartsWith('"'))
                    return ReadInterval(line);
            }
            catch (FormatException) when (!isWhole)
            {
                IsTruncated = true;
            }
            catch (FormatException error)
            {
                throw new FormatException($"line {LineNumber}: {error.Message}", error);
            }
        }

        return null;
    }

    private void ReadComment(string line)
    {
        if (TryReadTime(line, "#[StartTime: ") is { } start)
            _startSeconds = start;
        else if (TryReadTime(line, "#[BaseTime: ") is { } baseTime)
            _baseSeconds = baseTime;
    }

    private static double? TryReadTime(string line, string prefix)
    {
        if (!line.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        string rest = line[prefix.Length..];
        int end = rest.IndexOf(' ');
        return Number(end < 0 ? rest : rest[..end], "time");
    }

    private Histogram ReadInterval(string line)
    {
        string[] fields = line.Split(',', StringSplitOptions.TrimEntries);
        bool isTagged = fields[0].StartsWith("Tag=", StringComparison.Ordinal);
        if (fields.Length != (isTagged ? 5 : 4))
            throw new FormatException($"{fields.Length} fields are not an interval");
        ReadOnlySpan<string> columns = fields.AsSpan(isTagged ? 1 : 0);
        double start = Number(columns[0], "start");
        double length = Number(columns[1], "length");
        _ = Number(columns[2], "largest value");
        Histogram interval = Histogram.Decode(Convert.FromBase64String(columns[3]));

        _startSeconds ??= start;
        _baseSeconds ??= start < _startSeconds - SecondsOfYear ? _startSeconds : 0;
        interval.StartTimestamp = Milliseconds(start + _baseSeconds.Value);
        interval.EndTimestamp = Milliseconds(start + _baseSeconds.Value + length);
        interval.Tag = isTagged ? fields[0]["Tag=".Length..] : null;
        return interval;
    }

    private static double Number(string text, string what) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && Math.Abs(number) < 1e12
            ? number
            : throw new FormatException($"\"{text}\" is no {what}");

    private static long Milliseconds(double seconds) => (long)Math.Round(seconds * 1000);

    /// <summary>The next line, and whether a line break ends it; null at the end.</summary>
    private (string? Line, bool IsWhole) ReadLine()
    {
        _line.Clear();
        LineNumber++;
        for (int next = reader.Read(); next >= 0; next = reader.Read())
        {
            if (next == '\n')
                return (_line.ToString().TrimEnd('\r'), true);
            if (_line.Length == MaxLineLength)
                throw new FormatException($"line {LineNumber}: longer than {MaxLineLength} characters");
            _line.Append((char)next);
        }

        if (_line.Length > 0)
            return (_line.ToString(), false);
        LineNumber--;
        return (null, false);
    }
}
