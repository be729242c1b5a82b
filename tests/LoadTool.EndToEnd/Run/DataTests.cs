namespace LoadTool.EndToEnd.Run;

/// <summary>Data files of a script, through the `loadtool` process.</summary>
public sealed class DataTests
{
    private const string Script = """
        var people = DataFeed.Unique(Data.Csv<Person>("data/people.csv"));
        var rooms = DataFeed.Circular(Data.Json<Room>("data/rooms.json"));
        Scenario.Create("a", user =>
        {
            var person = people.GetNextItem(user);
            user.Log($"{person.Name} in {rooms.GetNextItem(user).Name}");
            return Task.CompletedTask;
        }).WithLoadSimulations(Simulation.KeepConstant(copies: 1, during: TimeSpan.FromHours(1)));
        record Person(string Name, int Age);
        record Room(string Name);
        """;

    [Fact]
    public async Task Data_files_are_found_beside_their_script_and_the_run_ends_with_the_last_unique_item()
    {
        using WorkFolder folder = Folder("name,age\nAnn,1\n\"Bob, Jr\",2\nEve,3\n");

        (int exitCode, string output, string error) = await Tool.RunAsync(folder.Root, "run", "sub/a.csx", "--target", "ws://127.0.0.1:9/", "--results", "results");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("a: 3 ok, 0 failed, 1 interrupted by the end", output);
        string[] log = [.. File.ReadAllLines(Path.Combine(folder.Root, "results", "run.log")).Select(line => line[(line.IndexOf(' ') + 1)..]).Where(line => !line.StartsWith("trust: ", StringComparison.Ordinal))];
        Assert.Equal(["a/0: Ann in lobby", "a/0: Bob, Jr in attic", "a/0: Eve in lobby", "scenario \"a\" stops: a feed of unique items ran dry after 3 of them"], log);
    }

    [Theory]
    [InlineData("name,age\nAnn,old\n", "sub/a.csx(1,14): FormatException: data/people.csv(2,5): \"old\" is no Int32, which Person.Age is")]
    [InlineData("name,age\n", "sub/a.csx(1,14): ArgumentException: A feed needs at least one item. (Parameter 'data')")]
    public async Task A_mistake_in_data_is_told_with_its_place_before_the_load(string people, string expected)
    {
        using WorkFolder folder = Folder(people);

        (int exitCode, _, string error) = await Tool.RunAsync(folder.Root, "run", "sub/a.csx", "--target", "ws://127.0.0.1:9/");

        Assert.Equal((107, expected), (exitCode, error.Split('\n')[0]));
    }

    private static WorkFolder Folder(string people)
    {
        WorkFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Root, "sub", "data"));
        folder.Write("sub/a.csx", Script);
        folder.Write("sub/data/people.csv", people);
        folder.Write("sub/data/rooms.json", "[{\"name\": \"lobby\"}, {\"name\": \"attic\"}]");
        return folder;
    }
}
