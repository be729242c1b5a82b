using System.Text;
using System.Text.Json;
using LoadTool.Tests.Run;

namespace LoadTool.Tests.Language;

public sealed class PayloadGeneratorTests
{
    [Fact]
    public void A_template_gives_each_message_its_own_values()
    {
        VirtualUser user = User(number: 7);
        PayloadGenerator template = Payload.Template("{\"id\":{user},\"n\":{number},\"i\":{iteration},\"o\":{}}");
        user.BeginIteration(dueAt: 0, startedAt: 0);

        Assert.Equal("{\"id\":7,\"n\":0,\"i\":1,\"o\":{}}", Text(template.For(user)));
        Assert.Equal("{\"id\":7,\"n\":1,\"i\":1,\"o\":{}}", Text(template.For(user)));
        user.BeginIteration(dueAt: 0, startedAt: 0);
        Assert.Equal("{\"id\":7,\"n\":2,\"i\":2,\"o\":{}}", Text(template.For(user)));
        Assert.Equal("{\"id\":8,\"n\":0,\"i\":0,\"o\":{}}", Text(template.For(User(number: 8))));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain ✓", "plain ✓")]
    [InlineData("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}")]
    [InlineData("{{user}} {user}", "{user}} 0")]
    [InlineData("{ user } {User} {} { {1}", "{ user } {User} {} { {1}")]
    [InlineData("{user}{user}", "00")]
    [InlineData("{user", "{user")]
    [InlineData("{{\"a\"}", "{{\"a\"}")]
    [InlineData("{", "{")]
    [InlineData("{random:5-5}", "5")]
    public void Braces_that_are_no_placeholder_stay(string template, string expected) => Assert.Equal(expected, Text(Payload.Template(template).For(User())));

    [Theory]
    [InlineData("{usr}", "Payload template, character 1: {usr} is no placeholder; there are {user}, {iteration}, {number}, {random}, {random:FROM-TO}, {hex:DIGITS} and {text}, and {{ before a name stands for a brace.")]
    [InlineData("ab {random:9-1}", "Payload template, character 4: {random:9-1} is no placeholder")]
    [InlineData("{random:a-b}", "Payload template, character 1: {random:a-b} is no placeholder")]
    [InlineData("{random:5}", "Payload template, character 1: {random:5} is no placeholder")]
    [InlineData("{hex:0}", "Payload template, character 1: {hex:0} is no placeholder")]
    [InlineData("{hex:1025}", "Payload template, character 1: {hex:1025} is no placeholder")]
    [InlineData("{user:1}", "Payload template, character 1: {user:1} is no placeholder")]
    [InlineData("\n{text}", "Payload template, character 2: {text} needs its sizes: Payload.Template(…, textBytes: Distribution.…).")]
    public void A_placeholder_that_is_none_is_refused_with_its_place(string template, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => Payload.Template(template)).Message);

    [Fact]
    public void Random_values_are_within_their_range_and_repeat_with_the_seed()
    {
        PayloadGenerator template = Payload.Template("{random} {random:1-6} {hex:12} {random:0-9223372036854775807}");
        string[] Messages(long seed)
        {
            VirtualUser user = User(seed: seed);
            return [.. Enumerable.Range(0, 1000).Select(_ => Text(template.For(user)))];
        }

        Assert.All(Messages(1), message => Assert.Matches(@"^\d+ [1-6] [0-9a-f]{12} \d+$", message));
        Assert.Equal(6, Messages(1).Select(message => message.Split(' ')[1]).Distinct().Count());
        Assert.Equal(1000, Messages(1).Distinct().Count());
        Assert.Equal(Messages(1), Messages(1));
        Assert.NotEqual(Messages(1), Messages(2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_template_of_JSON_gives_JSON_whatever_the_sizes(long seed)
    {
        VirtualUser user = User(seed: seed);
        PayloadGenerator template = Payload.Template("{\"a\":\"{text}\",\"b\":[{random:1-9},\"{text}\"],\"c\":{\"d\":{number}}}", Distribution.Zipf(5_000));
        for (int i = 0; i < 500; i++)
        {
            JsonElement root = JsonDocument.Parse(template.For(user)).RootElement;
            Assert.Equal(i, root.GetProperty("c").GetProperty("d").GetInt32());
            Assert.InRange(root.GetProperty("a").GetString()!.Length, 1, 5_000);
            Assert.Equal(root.GetProperty("a").GetString(), root.GetProperty("b")[1].GetString());
        }
    }

    [Fact]
    public void Sizes_follow_their_distribution_and_text_is_readable()
    {
        VirtualUser user = User();
        PayloadGenerator text = Payload.Text(Distribution.Uniform(10, 20)), random = Payload.Random(Distribution.Uniform(10, 20));

        int[] textSizes = [.. Enumerable.Range(0, 1000).Select(_ => text.For(user).Length)], randomSizes = [.. Enumerable.Range(0, 1000).Select(_ => random.For(user).Length)];
        Assert.Equal(Enumerable.Range(10, 10), textSizes.Distinct().Order());
        Assert.Equal(Enumerable.Range(10, 10), randomSizes.Distinct().Order());
        Assert.Equal("the quick brown fox jumps over the lazy dog the quick ", Text(Payload.Text(Distribution.Constant(54)).For(user)));
        Assert.Equal(0, Payload.Random(Distribution.Constant(-5)).For(user).Length);
        Assert.Equal(0, Payload.Text(Distribution.Constant(0)).For(user).Length);
    }

    [Fact]
    public void Random_bytes_differ_from_message_to_message_and_repeat_with_the_seed()
    {
        PayloadGenerator generator = Payload.Random(64);
        byte[][] Messages(VirtualUser user) => [.. Enumerable.Range(0, 3).Select(_ => generator.For(user).ToArray())];

        Assert.Equal(Messages(User()), Messages(User()));
        Assert.Equal(6, Messages(User()).Concat(Messages(User(number: 1))).Select(Convert.ToHexString).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => Payload.Random(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Payload.Random(PayloadGenerator.MaxBytes + 1));
    }

    [Fact]
    public void Making_a_message_allocates_nothing()
    {
        VirtualUser user = User();
        PayloadGenerator[] all =
        [
            Payload.Random(1000),
            Payload.Random(Distribution.Uniform(0, 2000)),
            Payload.Text(Distribution.Exponential(100)),
            Payload.Template("{\"id\":{user},\"n\":{number},\"r\":{random:1-100},\"h\":\"{hex:16}\",\"t\":\"{text}\"}", Distribution.Uniform(0, 500)),
        ];
        user.Extras.Buffer(100_000);
        long bytes = 0;

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                foreach (PayloadGenerator generator in all)
                    bytes += generator.For(user).Length;
            }
        }));
        Assert.InRange(bytes, 1, long.MaxValue);
    }

    private static VirtualUser User(int number = 0, long seed = 1) => new(Assert.Single(Shares.Of(Shares.Loops(1), seed, "a")), number);

    private static string Text(ReadOnlyMemory<byte> message) => Encoding.UTF8.GetString(message.Span);
}
