using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Conformance;

/// <summary>Our histograms against Java's HdrHistogram: figures bit for bit, encodings and texts byte for byte, in both directions.</summary>
public sealed class HistogramJavaTests
{
    internal const long Hour = 3_600_000_000_000;

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
        if (highest <= 100_000)
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
            await Programs.Program.RunAsync(Programs.Program.JavaHdrHistogram.Path("java"), ["-cp", Programs.Program.JavaHdrHistogram.Path("/usr/share/java/hdrhistogram.jar"), peer], input: string.Join('\n', script) + "\n");
        Assert.True(exitCode == 0, error);
        return output;
    }
}
