using System.Globalization;
using System.Text.RegularExpressions;

namespace LoadTool.Tests;

/// <summary>
/// The behaviours of the Windows sockets are numbered from 1 to 156, and tests carry their numbers in their names: Behaviour_014_…,
/// Behaviours_041_to_044_…, Behaviours_089_090_….
/// </summary>
public sealed partial class BehaviourTests
{
    private const int Last = 156;

    /// <summary>
    /// Behaviours that no loop of a test's choice takes part in: the pump of the shared loop, buffers and their readers and writers, tables of values.
    /// </summary>
    private static readonly int[] OffLoop = [97, 134, .. Enumerable.Range(137, 11), 151, 152, 153, 156];

    [Fact]
    public void Every_behaviour_has_a_test_on_both_event_loops()
    {
        string tests = Path.Combine(Repository.Root, "tests");
        IEnumerable<string> files = Directory.EnumerateFiles(tests, "*Tests.cs", SearchOption.AllDirectories);
        List<Match> names = [.. files.SelectMany(file => TestName().Matches(File.ReadAllText(file)))];
        HashSet<int> proven = [.. names.SelectMany(Numbers)];
        Assert.Empty(Enumerable.Range(1, Last).Except(proven));
        Assert.All(proven, number => Assert.InRange(number, 1, Last));

        IEnumerable<int> onBothLoops = names.Where(name => name.Groups["attributes"].Captures.Any(attribute => IsOfEngines().IsMatch(attribute.Value))).SelectMany(Numbers);
        Assert.Equal(OffLoop, Enumerable.Range(1, Last).Except(onBothLoops));
    }

    [Theory]
    [InlineData("Behaviour_014_MessageType", new[] { 14 })]
    [InlineData("Behaviour_14_MessageType", new[] { 14 })]
    [InlineData("Behaviour_142_Int32_1_is", new[] { 142 })]
    [InlineData("Behaviours_089_090_FIN", new[] { 89, 90 })]
    [InlineData("Behaviours_001_041_to_044_Connect", new[] { 1, 41, 42, 43, 44 })]
    public void The_numbers_of_a_name_are_those_before_its_first_word(string name, int[] expected) =>
        Assert.Equal(expected, Numbers(TestName().Match($"    [Fact]\n    public async Task {name}()")));

    [Theory]
    [InlineData("    [Fact]\n    private async Task Behaviour_014_MessageType()")]
    [InlineData("    [Fact(Skip = \"later\")]\n    public async Task Behaviour_014_MessageType()")]
    [InlineData("    // public async Task Behaviour_014_MessageType()")]
    [InlineData("    public async Task Behaviour_014_MessageType()")]
    public void What_does_not_run_proves_nothing(string source) => Assert.Empty(TestName().Matches(source));

    private static IEnumerable<int> Numbers(Match name)
    {
        foreach (Match part in Part().Matches(name.Groups["numbers"].Value))
        {
            int first = int.Parse(part.Groups["first"].Value, CultureInfo.InvariantCulture);
            int last = part.Groups["last"].Success ? int.Parse(part.Groups["last"].Value, CultureInfo.InvariantCulture) : first;
            for (int number = first; number <= last; number++)
                yield return number;
        }
    }

    /// <summary>A public method right under an attribute that runs it.</summary>
    [GeneratedRegex(
        @"^(?<attributes>[ \t]*\[(?:(?:Fact|Theory)\w*|InlineData\(.*\)|MemberData\(.*\))\]\r?\n)+[ \t]*public (?:async )?(?:Task|void) (?:Behaviour_(?<numbers>\d+)_|Behaviours_(?<numbers>\d+(?:_to_\d+|_\d+)*)_)\D",
        RegexOptions.Multiline)]
    private static partial Regex TestName();

    /// <summary>Runs once per engine.</summary>
    [GeneratedRegex(@"nameof\((?:Engines\w*|Places)\)|EngineKind\.")]
    private static partial Regex IsOfEngines();

    [GeneratedRegex(@"(?<first>\d+)(?:_to_(?<last>\d+))?")]
    private static partial Regex Part();
}
