using System.Text;

namespace LoadTool.Tests.Language;

public sealed class CsvTests
{
    private enum Plan
    {
        Free,
        Paid,
    }

    private sealed record Person(string Name, int Age, Plan Plan, double? Score, bool IsAdmin = true);

    private sealed class Account
    {
        public string Id { get; set; } = "";

        public TimeSpan Limit { get; set; }

        public string Shown => Id;
    }

    private sealed record Odd(Uri Address);

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a,b\n1,2", "a|b / 1|2")]
    [InlineData("a,b\r\n1,2\r\n", "a|b / 1|2")]
    [InlineData("a,\n,2\n", "a| / |2")]
    [InlineData("\n\r\na\n\n\nb\n\n", "a / b")]
    [InlineData("\"a\",\"b,c\"\n\"d\"\"e\",\"\"", "a|b,c / d\"e|")]
    [InlineData("\"two\r\nlines\",x\ny,z", "two\r\nlines|x / y|z")]
    [InlineData(" a , b\n", " a | b")]
    [InlineData("a\rb,c\r", "a\rb|c\r")]
    [InlineData("\"\"\"\"", "\"")]
    [InlineData("ä,日本,😀", "ä|日本|😀")]
    public void Text_is_read_as_RFC_4180_writes_it(string text, string expected) =>
        Assert.Equal(expected, string.Join(" / ", Rows(text).Select(row => string.Join('|', row))));

    [Theory]
    [InlineData("a\n\"b", 2, 1, "this quote is never closed")]
    [InlineData("a,\"x\n\ny", 1, 3, "this quote is never closed")]
    [InlineData("a\nb\"c", 2, 2, "a quote inside a field that does not begin with one; put the field in quotes and double this one")]
    [InlineData("a,\"b\"c", 1, 6, "text after the closing quote; a quote inside a field is written twice")]
    [InlineData("\"x\ny\",\"b\" ", 2, 7, "text after the closing quote; a quote inside a field is written twice")]
    public void A_quote_in_a_wrong_place_is_told_with_the_place(string text, int line, int column, string message)
    {
        CsvException error = Assert.Throws<CsvException>(() => Rows(text));

        Assert.Equal((line, column, message), (error.Line, error.Column, error.Message));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_fields_are_written_are_read_again(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 2_000; round++)
        {
            string[][] rows = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Enumerable.Range(0, random.Next(1, 5)).Select(_ => Field(random)).ToArray())];

            // A row of one empty field needs its quotes: an empty line is no row.
            string end = random.Next(2) == 0 ? "\n" : "\r\n";
            string text = string.Join(end, rows.Select(row => string.Join(',', row.Select(field => Written(field, row.Length == 1 || random.Next(3) == 0)))));

            Assert.Equal(rows, Rows(random.Next(2) == 0 ? text : text + end));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Any_text_is_read_to_its_end_or_refused_with_a_place_inside_it(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 5_000; round++)
        {
            string text = Field(random, length: random.Next(30));
            try
            {
                Assert.Equal(text.Count(c => c is not (',' or '"' or '\r' or '\n')), Rows(text).Sum(row => row.Sum(field => field.Count(c => c is not (',' or '"' or '\r' or '\n')))));
            }
            catch (CsvException error)
            {
                string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
                Assert.InRange(error.Line, 1, lines.Length);
                Assert.InRange(error.Column, 1, lines[error.Line - 1].Length + 1);
            }
        }
    }

    [Fact]
    public void Rows_become_records_by_the_names_of_their_columns()
    {
        IReadOnlyList<Person> people = Parse<Person>("plan,NAME,age,score,more\nPaid,Ann,41,0.5,x\nfree,\"Bob, Jr\",7,,y\n");

        Assert.Equal([new("Ann", 41, Plan.Paid, 0.5), new("Bob, Jr", 7, Plan.Free, null)], people);
        Assert.False(Assert.Single(Parse<Person>("plan,name,age,score,isadmin\nPaid,Ann,41,1,False")).IsAdmin);
    }

    [Fact]
    public void Rows_become_objects_by_their_properties()
    {
        Account account = Assert.Single(Parse<Account>("id,limit\nx,00:01:30"));

        Assert.Equal(("x", TimeSpan.FromSeconds(90)), (account.Id, account.Limit));
    }

    [Theory]
    [InlineData("", "people.csv(1,1): the file is empty: its first line names the columns")]
    [InlineData("name,age\n", "people.csv(1,1): there is no column for Person.Plan; there are: name, age")]
    [InlineData("name,age,plan,score\nAnn,x,Paid,1", "people.csv(2,5): \"x\" is no Int32, which Person.Age is")]
    [InlineData("name,age,plan,score\nAnn,1,Gold,1", "people.csv(2,7): \"Gold\" is no Plan, which Person.Plan is")]
    [InlineData("name,age,plan,score\n\"An\nn\",1,Paid,1,9", "people.csv(3,13): the row ends here after 5 fields; the header has 4")]
    [InlineData("name,age,plan,score\nAnn,1", "people.csv(2,5): the row ends here after 2 fields; the header has 4")]
    [InlineData("name,age,Name", "people.csv(1,10): a second column \"Name\"")]
    [InlineData("name,,plan", "people.csv(1,6): a column without a name")]
    [InlineData("name,age\n\"", "people.csv(2,1): this quote is never closed", true)]
    public void What_is_wrong_with_a_file_is_told_with_its_place(string text, string expected, bool asRows = false) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => asRows ? Parse<Account>("id,limit\n" + text["name,age\n".Length..]).Count : Parse<Person>(text).Count).Message);

    [Fact]
    public void A_member_that_no_field_can_become_is_named() =>
        Assert.Equal("Odd.Address is a Uri, which no field of a CSV can become.", Assert.Throws<NotSupportedException>(() => Parse<Odd>("address\nx")).Message);

    [Fact]
    public void Files_lie_beside_the_code_that_names_them()
    {
        string folder = Directory.CreateTempSubdirectory("loadtool-").FullName;
        string script = Path.Combine(folder, "a.csx");
        File.WriteAllText(Path.Combine(folder, "rooms.csv"), "room,size\nlobby,5\n", Encoding.UTF8);
        File.WriteAllText(Path.Combine(folder, "rooms.json"), "[{\"ID\": \"lobby\", \"limit\": \"00:00:05\"},]");

        CsvRow row = Assert.Single(Data.Csv("rooms.csv", script));
        Assert.Equal(("lobby", "lobby", "5"), (row["ROOM"], row[0], row["size"]));
        Assert.Equal("There is no column \"x\"; there are: room, size. (Parameter 'column')", Assert.Throws<ArgumentException>(() => row["x"]).Message);
        Assert.Equal(TimeSpan.FromSeconds(5), Assert.Single(Data.Json<Account>("rooms.json", script)).Limit);
        Assert.Equal("lobby", Data.Csv(Path.Combine(folder, "rooms.csv"))[0][0]);
        Assert.Throws<FileNotFoundException>(() => Data.Csv("none.csv", script));
        Assert.Equal("rooms.csv", Data.Resolve("rooms.csv", "/_/no/such/folder/a.cs"));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("[{\"age\":1},\n {\"age\":\"x\"}]", "p.json(2,12): $[1].age: The JSON value could not be converted to LoadTool.Tests.Language.CsvTests+Person.")]
    [InlineData("{}", "p.json(1,2): The JSON value could not be converted to System.Collections.Generic.List`1[LoadTool.Tests.Language.CsvTests+Person].")]
    [InlineData("[\n1 2]", "p.json(2,2): $[0]: The JSON value could not be converted to LoadTool.Tests.Language.CsvTests+Person.")]
    [InlineData("null", "p.json(1,1): an array is needed, not null")]
    public void What_is_wrong_with_JSON_is_told_with_its_place(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => Data.ParseJson<Person>("p.json", text)).Message);

    private static IReadOnlyList<T> Parse<T>(string text) => CsvTable.Parse<T>("people.csv", text, columns => new CsvBinder<T>(columns).Make);

    private static string[][] Rows(string text)
    {
        CsvReader reader = new(text);
        List<CsvField> fields = [];
        List<string[]> rows = [];
        while (reader.TryRead(fields))
            rows.Add([.. fields.Select(field => field.Text)]);
        return [.. rows];
    }

    private static string Field(Random random, int? length = null) =>
        string.Concat(Enumerable.Range(0, length ?? random.Next(6)).Select(_ => "ab,\"\r\n\n é"[random.Next(9)]));

    private static string Written(string field, bool isQuoted) =>
        isQuoted || field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
