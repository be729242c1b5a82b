using LoadTool.Metrics;

namespace LoadTool.Tests.Metrics;

public sealed class HistogramLogTests
{
    internal const long Start = 1_700_000_000_500;

    [Fact]
    public void Both_ways_to_write_an_interval_write_the_same_columns()
    {
        Random random = new(7);
        for (int round = 0; round < 2_000; round++)
        {
            Histogram interval = new(1, long.MaxValue / 2, 5) { StartTimestamp = 1_500, EndTimestamp = 2_750, Tag = "a" };
            interval.RecordValue((long)Math.Pow(10, random.NextDouble() * 17.5));
            using StringWriter slow = new(), fast = new();
            new HistogramLogWriter(slow).Write(interval);
            new HistogramLogWriter(fast).Write(interval, "a", 1_500, 2_750);
            Assert.Equal(Columns(slow), Columns(fast));
        }

        static string Columns(StringWriter log) => log.ToString()[..log.ToString().LastIndexOf(',')];
    }

    [Fact]
    public void A_log_is_comments_a_legend_and_one_line_per_interval()
    {
        string[] lines = Log(Interval(Start, "tag"), Interval(Start + 1000, null)).Split('\n');

        Assert.Equal("#[Histogram log format version 1.3]", lines[0]);
        Assert.Equal("#[StartTime: 1700000000.500 (seconds since epoch), Tue Nov 14 22:13:20 UTC 2023]", lines[1]);
        Assert.Equal("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"", lines[2]);
        Assert.StartsWith("Tag=tag,1700000000.500,1.000,1.500,HISTF", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("1700000001.500,1.000,1.500,HISTF", lines[4], StringComparison.Ordinal);
        Assert.Equal("", lines[5]);
    }

    [Fact]
    public void Times_after_a_base_time_count_from_it()
    {
        using StringWriter text = new();
        HistogramLogWriter writer = new(text);
        writer.WriteBaseTime(Start);
        writer.Write(Interval(Start + 2000, null));

        Assert.StartsWith("#[BaseTime: 1700000000.500 (seconds since epoch)]\n2.000,1.000,", text.ToString(), StringComparison.Ordinal);
        Assert.Equal(Start + 2000, ReadAll(text.ToString()).Single().StartTimestamp);
    }

    [Fact]
    public void A_line_is_written_whole()
    {
        using LineRecorder text = new();
        HistogramLogWriter writer = new(text);

        writer.WriteLegend();
        writer.WriteComment("x");
        writer.Write(Interval(Start, "tag"));

        Assert.Equal(3, text.Writes.Count);
        Assert.All(text.Writes, line => Assert.EndsWith("\n", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    public void A_tag_that_the_format_cannot_hold_is_refused(string tag) =>
        Assert.Throws<ArgumentException>(() => new HistogramLogWriter(TextWriter.Null).Write(Interval(Start, tag)));

    [Fact]
    public void What_a_log_cannot_hold_is_refused()
    {
        HistogramLogWriter writer = new(TextWriter.Null);

        Assert.Throws<ArgumentException>(() => writer.WriteComment("a\nb"));
        Assert.Throws<ArgumentException>(() => writer.Write(new Histogram(1, 1000, 3)));
        Assert.Throws<ArgumentException>(() => writer.Write(new Histogram(1, 1000, 3) { StartTimestamp = 5, EndTimestamp = 4 }));
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.01")]
    [InlineData("1.1")]
    [InlineData("1.2")]
    public void Logs_of_older_versions_are_read(string version)
    {
        string payload = Convert.ToBase64String(Interval(Start, null).EncodeCompressed());
        Histogram interval = ReadAll($"""
            #[Logged by something older]
            #[Histogram log format version {version}]
            #[StartTime: 1700000000.500 (seconds since epoch), Tue Nov 14 22:13:20 UTC 2023]
            "StartTimestamp","EndTimestamp","Interval_Max","Interval_Compressed_Histogram"

            0.127,1.007,2.769,{payload}

            """).Single();

        Assert.Equal((Start + 127, Start + 1134), (interval.StartTimestamp, interval.EndTimestamp));
        Assert.Null(interval.Tag);
    }

    [Fact]
    public void A_log_without_a_head_begins_with_its_first_interval()
    {
        string payload = Convert.ToBase64String(Interval(Start, null).EncodeCompressed());
        HistogramLogReader reader = new(new StringReader($"1700000000.500,1,0,{payload}\r\n"));

        Assert.Equal(Start, reader.Read()!.StartTimestamp);
        Assert.Equal(Start, reader.StartTimestamp);
        Assert.Null(reader.Read());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1,2,3")]
    [InlineData("Tag=a,1,2,3")]
    [InlineData("x,1,1,HISTFAAA")]
    [InlineData("NaN,1,1,HISTFAAA")]
    [InlineData("1e300,1,1,HISTFAAA")]
    [InlineData("1,1,1,not base64!")]
    [InlineData("1,1,1,HISTFAAA")]
    [InlineData("#[StartTime: soon]")]
    public void A_corrupt_line_is_named_and_the_rest_is_read(string corrupt)
    {
        string log = Log(Interval(Start, "one"));
        string rest = Log(Interval(Start + 1000, "two"));
        HistogramLogReader reader = new(new StringReader(log + corrupt + "\n" + rest));

        Assert.Equal("one", reader.Read()!.Tag);
        Assert.StartsWith("line 5: ", Assert.Throws<FormatException>(() => reader.Read()).Message, StringComparison.Ordinal);
        Assert.Equal("two", reader.Read()!.Tag);
        Assert.Null(reader.Read());
        Assert.False(reader.IsTruncated);
    }

    [Fact]
    public void A_killed_writer_costs_at_most_its_last_line()
    {
        string log = Log(Interval(Start, "one"), Interval(Start + 1000, "two"));
        int lastLine = log.TrimEnd('\n').LastIndexOf('\n') + 1;
        for (int length = lastLine; length < log.Length; length++)
        {
            HistogramLogReader reader = new(new StringReader(log[..length]));
            Assert.Equal("one", reader.Read()!.Tag);
            Histogram? second = reader.Read();

            // Complete but for its line break, or not there at all: then nothing is missing.
            bool isCut = length > lastLine && length < log.Length - 1;
            Assert.Equal(isCut, reader.IsTruncated);
            Assert.Equal(length == log.Length - 1, second is not null);
            Assert.Null(reader.Read());
            if (isCut)
                Assert.Equal(5, reader.LineNumber);
        }
    }

    private static string Log(params Histogram[] intervals)
    {
        using StringWriter text = new();
        HistogramLogWriter writer = new(text);
        writer.WriteFormatVersion();
        writer.WriteStartTime(Start);
        writer.WriteLegend();
        foreach (Histogram interval in intervals)
            writer.Write(interval);
        return text.ToString();
    }

    private static List<Histogram> ReadAll(string log)
    {
        HistogramLogReader reader = new(new StringReader(log));
        List<Histogram> intervals = [];
        while (reader.Read() is { } interval)
            intervals.Add(interval);
        return intervals;
    }

    private static Histogram Interval(long start, string? tag)
    {
        Histogram interval = new(1, 3_600_000_000_000, 3) { StartTimestamp = start, EndTimestamp = start + 1000, Tag = tag };
        interval.RecordValue(1_500_000);
        return interval;
    }

    private sealed class LineRecorder : StringWriter
    {
        public List<string> Writes { get; } = [];

        public override void Write(string? value) => Writes.Add(value!);
    }
}
