using LoadTool.EndToEnd.Programs;
using LoadTool.Metrics;

namespace LoadTool.EndToEnd.Conformance;

/// <summary>Our histograms against Java's HdrHistogram: figures bit for bit, encodings and texts byte for byte, in both directions.</summary>
public sealed class HistogramJavaTests
{
    internal const long Hour = 3_600_000_000_000;

    private static string JarPath => Programs.Program.JavaHdrHistogram.Path("/usr/share/java/hdrhistogram.jar");

    [FactWith(nameof(Programs.Program.JavaHdrHistogram))]
    public async Task All_figures_of_all_layouts_are_those_of_Java_bit_for_bit()
    {
        List<string> script = [];
        Random random = new(Seed: 1);
        foreach (int digits in (int[])[1, 2, 3, 4, 5])
        {
            foreach ((long lowest, long highest) in ((long, long)[])[(1, 2), (1, 100_000), (1, Hour), (1000, Hour), (1024, 1L << 40), (3, 50_000), (1_000_003, long.MaxValue), (1, 1L << 62)])
            {
                // Five digits over all 62 bits are six million counts, and seconds to print: four digits show the same.
                if (digits == 5 && highest > Hour)
                    continue;
                foreach (string shape in (string[])["empty", "zero", "one", "even", "heavy", "large"])
                    AddCase(script, random, $"{digits}/{lowest}/{highest}/{shape}", digits, lowest, highest, shape);
            }
        }

        await AssertSameAsJavaAsync(script);
    }

    [FactWith(nameof(Programs.Program.JavaHdrHistogram))]
    public async Task Widening_adding_subtracting_and_correcting_end_in_the_same_counts_as_in_Java()
    {
        List<string> script = [];
        Random random = new(Seed: 2);
        foreach (int digits in (int[])[1, 2, 3, 4])
        {
            string[] names = [$"fixed{digits}", $"widening{digits}", $"coarse{digits}"];
            script.Add($"new {names[0]} 1 {Hour} {digits} fixed");
            script.Add($"new {names[1]} 1 2 {digits} widening");
            script.Add($"new {names[2]} 1024 {Hour} {digits} widening");
            for (int record = 0; record < 300; record++)
                script.Add($"record {names[record % 3]} {Heavy(random, 1L << 41)} {random.Next(1, 4)}");
            script.Add($"expect {names[1]} 1000000 30000");
            script.Add($"expect {names[0]} 5000 0");
            script.Add($"new sum{digits} 1 {Hour} {digits} fixed");
            foreach (string name in names)
                script.Add($"add sum{digits} {name}");
            script.Add($"correct sum{digits} corrected{digits} 100000000000");
            script.Add($"new rest{digits} 1 {Hour} {digits} fixed");
            script.Add($"add rest{digits} sum{digits}");
            script.Add($"subtract rest{digits} {names[0]}");
            foreach (string name in (string[])[.. names, $"sum{digits}", $"corrected{digits}", $"rest{digits}"])
                Ask(script, random, name, 1L << 41);
        }

        await AssertSameAsJavaAsync(script);
    }

    [FactWith(nameof(Programs.Program.JavaHdrHistogram))]
    public async Task Each_side_reads_what_the_other_encoded()
    {
        Random random = new(Seed: 3);
        List<string> script = [];
        List<(string Name, long Highest)> cases = [];
        foreach (int digits in (int[])[1, 2, 3, 5])
        {
            foreach (string shape in (string[])["empty", "zero", "even", "heavy", "large"])
            {
                // A decoding Java takes the largest value from the lowest unit even when nothing was recorded: no unit, no difference.
                long lowest = shape is "empty" or "zero" ? 1 : digits * 7;
                cases.Add(($"{digits}/{shape}", digits == 5 ? Hour : 1L << 62));
                AddCase(script, random, cases[^1].Name, digits, lowest, cases[^1].Highest, shape);
            }
        }

        script.RemoveAll(line => !line.StartsWith("new ", StringComparison.Ordinal) && !line.StartsWith("record ", StringComparison.Ordinal));
        string[] java = (await RunJavaAsync(script.Concat(cases.SelectMany(one => (string[])[$"bytes {one.Name}", $"compressed {one.Name}"])))).Split('\n');
        List<string> decode = [];
        for (int one = 0; one < cases.Count; one++)
        {
            decode.Add($"decode {cases[one].Name}/plain plain {java[2 * one].Split(' ')[1]}");
            decode.Add($"decode {cases[one].Name}/packed compressed {java[(2 * one) + 1].Split(' ')[1]}");
            byte[] again = Histogram.Decode(Convert.FromBase64String(java[(2 * one) + 1].Split(' ')[1])).EncodeCompressed();
            decode.Add($"decode {cases[one].Name}/ours compressed {Convert.ToBase64String(again)}");
            foreach (string form in (string[])["plain", "packed", "ours"])
                Ask(decode, random, $"{cases[one].Name}/{form}", cases[one].Highest);
        }

        await AssertSameAsJavaAsync(decode);
    }

    [FactWith(nameof(Programs.Program.JavaHdrHistogram))]
    public async Task Java_reads_the_encodings_of_old_versions_as_we_do()
    {
        List<string> script = [];
        foreach ((int version, int bytesPerCount) in ((int, int)[])[(0, 8), (1, 2), (1, 4), (1, 8)])
        {
            script.Add($"decode {version}/{bytesPerCount} plain {Convert.ToBase64String(OldEncoding(version, bytesPerCount))}");
            script.Add($"figures {version}/{bytesPerCount} 0 1 2 3 5");
            script.Add($"steps {version}/{bytesPerCount} recorded");
        }

        await AssertSameAsJavaAsync(script);
    }

    [FactWith(nameof(Programs.Program.JavaHdrHistogram))]
    public async Task Java_reads_our_log_and_we_read_Javas()
    {
        const long start = 1_700_000_000_500;
        string folder = Directory.CreateTempSubdirectory("loadtool-").FullName;
        try
        {
            foreach (long baseTime in (long[])[0, start])
            {
                string[] script =
                [
                    $"new a 1 {Hour} 3 fixed", "record a 1500000 3", "record a 7 1", $"stamp a {start} {start + 1000}",
                    $"new b 1 {Hour} 3 fixed", $"record b {Hour} 3", $"stamp b {start + 1000} {start + 1500} errors",
                    $"new c 1 {Hour} 3 fixed", $"stamp c {start + 1500} {start + 2500} a-tag",
                ];
                string theirs = Path.Combine(folder, $"java-{baseTime}.hlog");
                string ours = Path.Combine(folder, $"ours-{baseTime}.hlog");
                await RunJavaAsync([.. script, $"writelog {theirs} {start} {baseTime} a b c"]);

                List<Histogram> intervals = [];
                using (StreamReader file = new(theirs))
                {
                    HistogramLogReader reader = new(file);
                    while (reader.Read() is { } interval)
                        intervals.Add(interval);
                    Assert.Equal(start, reader.StartTimestamp);
                    Assert.False(reader.IsTruncated);
                }

                Assert.Equal([null, "errors", "a-tag"], intervals.Select(interval => interval.Tag));
                Assert.Equal([4, 3, 0], intervals.Select(interval => interval.TotalCount));
                Assert.Equal([start, start + 1000, start + 1500], intervals.Select(interval => interval.StartTimestamp));
                Assert.Equal([start + 1000, start + 1500, start + 2500], intervals.Select(interval => interval.EndTimestamp));

                await WriteLogAsync(ours, start, baseTime, intervals);
                Assert.Equal(await RunJavaAsync([$"readlog {theirs}"]), await RunJavaAsync([$"readlog {ours}"]));
                Assert.Equal(await HeadsAsync(theirs), await HeadsAsync(ours));
                Assert.Equal(await ProcessLogAsync(theirs), await ProcessLogAsync(ours));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WriteLogAsync(string path, long start, long baseTime, List<Histogram> intervals)
    {
        await using StreamWriter file = new(path);
        HistogramLogWriter writer = new(file);
        writer.WriteComment("[Written by Java]");
        writer.WriteFormatVersion();
        writer.WriteStartTime(start);
        if (baseTime > 0)
            writer.WriteBaseTime(baseTime);
        writer.WriteLegend();
        foreach (Histogram interval in intervals)
            writer.Write(interval);
    }

    /// <summary>All lines without their compressed histograms, whose bytes depend on the version of zlib.</summary>
    private static async Task<IEnumerable<string>> HeadsAsync(string path) =>
        (await File.ReadAllLinesAsync(path)).Select(line => line.Contains(",HIST", StringComparison.Ordinal) ? line[..line.IndexOf(",HIST", StringComparison.Ordinal)] : line);

    /// <summary>What HdrHistogram's own tool for logs says about the intervals of each tag.</summary>
    private static async Task<string> ProcessLogAsync(string path)
    {
        (int exitCode, string output, string error) = await Programs.Program.RunAsync(
            Programs.Program.JavaHdrHistogram.Path("java"), ["-cp", JarPath, "org.HdrHistogram.HistogramLogProcessor", "-i", path, "-alltags"]);
        Assert.True(exitCode == 0, error);
        Assert.Contains("#[Buckets =", output, StringComparison.Ordinal);
        return output;
    }

    /// <summary>Counts 3, 0, 300, 1 in the fixed-width form of versions 0 and 1, which Java itself no longer writes.</summary>
    private static byte[] OldEncoding(int version, int bytesPerCount)
    {
        using MemoryStream stream = new();
        byte[] counts = [.. ((long[])[3, 0, 300, 1]).SelectMany(count => BitConverter.GetBytes(count).Reverse().TakeLast(bytesPerCount))];
        Write((version == 0 ? 0x1c849308 : 0x1c849301) | (bytesPerCount << 4));
        if (version == 1)
        {
            Write(counts.Length);
            Write(0);
        }

        Write(3);
        WriteLong(1);
        WriteLong(100_000);
        WriteLong(version == 0 ? 304 : BitConverter.DoubleToInt64Bits(1));
        stream.Write(counts);

        // Java wants as many bytes as all counts could need in version 0, which does not say how many there are.
        if (version == 0)
            stream.Write(new byte[100_000]);
        return stream.ToArray();

        void Write(int number) => stream.Write([.. BitConverter.GetBytes(number).Reverse()]);
        void WriteLong(long number) => stream.Write([.. BitConverter.GetBytes(number).Reverse()]);
    }

    private static void AddCase(List<string> script, Random random, string name, int digits, long lowest, long highest, string shape)
    {
        script.Add($"new {name} {lowest} {Math.Max(highest, 2 * lowest)} {digits} fixed");
        int records = shape switch { "empty" => 0, "zero" or "one" => 1, _ => 100 };
        for (int record = 0; record < records; record++)
        {
            long value = shape switch
            {
                "zero" => 0,
                "one" => random.NextInt64(highest),
                "even" => random.NextInt64(highest),
                "large" => highest - (record * (highest / 1000)),
                _ => Heavy(random, highest),
            };
            script.Add($"record {name} {value} {(shape == "large" ? random.NextInt64(1, 1L << 30) : random.Next(1, 5))}");
        }

        Ask(script, random, name, highest);
    }

    private static void Ask(List<string> script, Random random, string name, long highest)
    {
        IEnumerable<long> values = Enumerable.Range(0, 10).Select(_ => Heavy(random, highest)).Concat([0, 1, 1023, 1024, 2047, 2048, highest / 2, highest, long.MaxValue]);
        script.Add($"figures {name} {string.Join(' ', values)}");
        script.Add($"steps {name} recorded");
        script.Add($"steps {name} percentiles {random.Next(1, 11)}");

        // Java's linear walk overflows and never ends where its last step would pass 2^63 - 1.
        if (highest <= 1L << 62)
            script.Add($"steps {name} linear {(highest / 40) + 1}");
        script.Add($"steps {name} logarithmic {random.Next(1, 100)} {1.5 + random.Next(3)}");
        if (highest <= 100_000 && name[0] <= '2')
            script.Add($"steps {name} all");
        script.Add($"text {name} 5 1 hgrm");
        script.Add($"text {name} 3 1000 csv");
        script.Add($"text {name} 7 1000000 hgrm");
        script.Add($"bytes {name}");
    }

    /// <summary>Small values often, values of any size up to the limit now and then.</summary>
    private static long Heavy(Random random, long limit) => Math.Min((long)Math.Pow(limit, random.NextDouble()), limit);

    private static async Task AssertSameAsJavaAsync(List<string> script)
    {
        string[] ours = HistogramScript.Run(script).Split('\n');
        string[] java = (await RunJavaAsync(script)).Split('\n');
        for (int line = 0; line < Math.Min(ours.Length, java.Length); line++)
            Assert.True(ours[line] == java[line], $"line {line}\nJava: {java[line]}\nours: {ours[line]}\nafter {string.Join('\n', java[Math.Max(0, line - 5)..line])}");
        Assert.Equal(java.Length, ours.Length);
    }

    private static async Task<string> RunJavaAsync(IEnumerable<string> script)
    {
        string peer = Path.Combine(Repository.Root, "tests", "peers", "HistogramPeer.java");
        (int exitCode, string output, string error) =
            await Programs.Program.RunAsync(Programs.Program.JavaHdrHistogram.Path("java"), ["-cp", JarPath, peer], input: string.Join('\n', script) + "\n");
        Assert.True(exitCode == 0, error);
        return output;
    }
}
