using LoadTool.Metrics;

namespace LoadTool.Outputs.Stored;

/// <summary>
/// The lines of a <c>run.hlog</c>, in order: whoever asks for an interval's histograms gets the next line of each. Keeps the sum of each tag, and memory for one interval of it.
/// </summary>
internal sealed class StoredHistograms : IDisposable
{
    private readonly StreamReader _text;
    private readonly Dictionary<string, Histogram> _intervals = [];
    private readonly Dictionary<string, Histogram> _totals = [];
    private readonly HashSet<string> _waiting = [];
    private byte[] _bytes = [];

    /// <exception cref="IOException">It cannot be opened.</exception>
    internal StoredHistograms(string path) => _text = new StreamReader(path);

    /// <summary>True when a histogram was asked for that the file does not have: its end was never written.</summary>
    internal bool LacksSome { get; private set; }

    public void Dispose() => _text.Dispose();

    /// <summary>The next histogram of a tag; the same object each time, so that it is good for one interval.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="count">How many values the interval has; zero has no line.</param>
    /// <param name="digits">The digits of what was never counted.</param>
    internal Histogram Next(string tag, long count, int digits = StepRecorder.SignificantDigits)
    {
        if (count > 0 && !_waiting.Remove(tag) && !ReadUntil(tag))
            LacksSome = true;
        else if (count > 0)
            return _intervals[tag];
        if (!_intervals.TryGetValue(tag, out Histogram? histogram))
            return Empty(digits);
        histogram.Reset();
        return histogram;
    }

    /// <summary>Adds an interval's histogram to the sum of its tag.</summary>
    internal void Count(string tag, Histogram interval)
    {
        if (interval.TotalCount == 0)
            return;
        if (!_totals.TryGetValue(tag, out Histogram? total))
            _totals.Add(tag, total = Like(interval));
        total.Add(interval);
    }

    /// <summary>Takes all lines that are left as counted: those of the run's end.</summary>
    internal void CountRest()
    {
        foreach (string tag in _waiting)
            Count(tag, _intervals[tag]);
        _waiting.Clear();
        while (ReadLine() is { } tag)
            Count(tag, _intervals[tag]);
    }

    /// <summary>The sum of a tag; what was never counted is empty.</summary>
    internal Histogram Total(string tag, int digits = StepRecorder.SignificantDigits) => _totals.TryGetValue(tag, out Histogram? total) ? total.Copy() : Empty(digits);

    /// <summary>The same, for a sum that is known from elsewhere.</summary>
    internal Histogram Total(string tag, long count, int digits = StepRecorder.SignificantDigits)
    {
        Histogram total = Total(tag, digits);
        LacksSome |= total.TotalCount != count;
        return total;
    }

    /// <summary>Lines before the one that is sought belong to the same interval, and are asked for later.</summary>
    private bool ReadUntil(string tag)
    {
        while (ReadLine() is { } read)
        {
            if (read == tag)
                return true;
            _waiting.Add(read);
        }

        return false;
    }

    /// <summary>Reads the next line into its tag's interval.</summary>
    /// <returns>The tag; null at the end, and from a line on that was cut or damaged.</returns>
    private string? ReadLine()
    {
        while (_text.ReadLine() is { } line)
        {
            if (!line.StartsWith("Tag=", StringComparison.Ordinal))
                continue;
            int tagEnd = line.IndexOf(','), start = line.LastIndexOf(',') + 1;
            if (tagEnd < 0 || !TryDecode(line["Tag=".Length..tagEnd], line.AsSpan(start)))
                return null;
            return line["Tag=".Length..tagEnd];
        }

        return null;
    }

    private bool TryDecode(string tag, ReadOnlySpan<char> base64)
    {
        if (_bytes.Length < base64.Length)
            _bytes = new byte[2 * base64.Length];
        if (!Convert.TryFromBase64Chars(base64, _bytes, out int length))
            return false;
        try
        {
            if (_intervals.TryGetValue(tag, out Histogram? known))
                known.DecodeInto(_bytes.AsSpan(0, length));
            else
                _intervals.Add(tag, Widening(Histogram.Decode(_bytes.AsSpan(0, length))));
            return true;
        }
        catch (FormatException)
        {
            // Said by LacksSome as soon as the line is missed.
            return false;
        }
    }

    private static Histogram Empty(int digits) => new(StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, digits, autoResize: true);

    /// <summary>As the run's own: whoever adds up copies may meet larger values later.</summary>
    private static Histogram Widening(Histogram decoded)
    {
        Histogram widening = Like(decoded);
        decoded.CopyInto(widening);
        return widening;
    }

    private static Histogram Like(Histogram histogram) => new(histogram.LowestDiscernibleValue, histogram.HighestTrackableValue, histogram.SignificantDigits, autoResize: true);
}
