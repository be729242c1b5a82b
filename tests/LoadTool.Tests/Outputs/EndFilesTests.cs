using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using LoadTool.Metrics;
using LoadTool.Outputs;
using LoadTool.Outputs.Files;

namespace LoadTool.Tests.Outputs;

public sealed class EndFilesTests : IDisposable
{
    private const string Hostile = "\"}],<script>alert(1)</script>\r\n\x1b[31m | ``` @everyone #1 [x](http://y) *b* &amp; =1+1 \u2028\ufffe\ud83d";

    /// <summary>What readers of JUnit's XML agree on: elements, their order, required attributes and their types.</summary>
    private const string JunitSchema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:element name="testsuites">
            <xs:complexType>
              <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
              <xs:attribute name="name" type="xs:string"/>
              <xs:attribute name="time" type="xs:decimal"/>
              <xs:attribute name="tests" type="xs:nonNegativeInteger"/>
              <xs:attribute name="failures" type="xs:nonNegativeInteger"/>
              <xs:attribute name="errors" type="xs:nonNegativeInteger"/>
            </xs:complexType>
            <xs:unique name="suites"><xs:selector xpath="testsuite"/><xs:field xpath="@name"/></xs:unique>
          </xs:element>
          <xs:element name="testsuite">
            <xs:complexType>
              <xs:sequence><xs:element ref="testcase" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
              <xs:attribute name="name" type="xs:string" use="required"/>
              <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
              <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
              <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
              <xs:attribute name="time" type="xs:decimal" use="required"/>
              <xs:attribute name="timestamp" type="xs:dateTime" use="required"/>
            </xs:complexType>
          </xs:element>
          <xs:element name="testcase">
            <xs:complexType>
              <xs:sequence>
                <xs:element name="failure" minOccurs="0">
                  <xs:complexType mixed="true"><xs:attribute name="message" type="xs:string"/><xs:attribute name="type" type="xs:string" use="required"/></xs:complexType>
                </xs:element>
              </xs:sequence>
              <xs:attribute name="name" type="xs:string" use="required"/>
              <xs:attribute name="classname" type="xs:string" use="required"/>
              <xs:attribute name="time" type="xs:decimal"/>
            </xs:complexType>
          </xs:element>
        </xs:schema>
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_summary_of_a_pull_request_is_as_on_file() => Snapshots.AssertEqual("summary.expected.md", SummaryText.Of(PlantedRun.Typical()).Replace(ToolVersionCode, "VERSION"));

    [Fact]
    public void A_summary_begins_with_the_verdict()
    {
        RunResult typical = PlantedRun.Typical();
        RunResult good = typical with { Thresholds = [.. typical.Thresholds.Where(threshold => !threshold.IsCrossed)] };

        Assert.StartsWith("### ❌ <code>echo</code>: 2 of 5 thresholds crossed\n", SummaryText.Of(typical));
        Assert.StartsWith("### ✅ <code>echo</code>: all thresholds kept\n", SummaryText.Of(good));
        Assert.StartsWith("### ✅ <code>echo</code>: ended as planned\n", SummaryText.Of(typical with { Thresholds = [] }));
        Assert.StartsWith("### ❌ <code>echo</code>: not finished\n", SummaryText.Of(good with { Incomplete = "killed" }));
        Assert.StartsWith("### ❌ <code>echo</code>: nothing worked\n", SummaryText.Of(PlantedRun.Result([], [PlantedRun.Figures("echo", "iteration", failures: [(new("a", "b"), 1)])])));
    }

    [Fact]
    public void Nothing_that_a_script_or_server_says_is_interpreted_in_a_summary()
    {
        string text = SummaryText.Of(HostileRun());

        string[] lines = text.Split('\n');
        Assert.DoesNotContain("<script", text);
        Assert.DoesNotContain("@everyone", text);
        Assert.DoesNotContain("http:", text);
        Assert.DoesNotContain("```", text);
        Assert.All(lines.Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains("script")), line => Assert.Equal(Columns(lines, line), line.Count(c => c == '|')));
        Assert.Contains("&#60;script&#62;", text);
    }

    [Fact]
    public void A_series_is_a_row_per_step_and_interval_that_has_counts_written_as_the_run_goes_on()
    {
        using FilesOutput output = FilesOutput.Create(_folder.Path);
        output.Start(PlantedRun.Info());
        StepFigures step = PlantedRun.Figures("a,\"b\"", "c\r\nd", PlantedRun.Latencies((34_500, 10)), [(new("Fail", "why"), 2)], interrupted: 1) with { Pacing = new(3, 4, 5) };
        output.Write(PlantedRun.Interval(1, [step, PlantedRun.Figures("a", "never")], [PlantedRun.Figures("a,\"b\"", "iteration", failures: [(new("Fail", "why"), 2)])]));
        output.Write(PlantedRun.Interval(2));

        using StreamReader reader = new(new FileStream(_folder.File("timeseries.csv"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.Equal(
            "started_at,since_start_seconds,interval_seconds,kind,scenario,step,ok,fail,interrupted,p50_seconds,p95_seconds,p99_seconds,max_seconds,"
            + "uncorrected_p50_seconds,uncorrected_p95_seconds,uncorrected_p99_seconds,uncorrected_max_seconds,late,dropped,unmatched\r\n"
            + "2026-11-21T11:05:58.123Z,1,1,step,\"a,\"\"b\"\"\",\"c\r\nd\",10,2,1,3.4527E-05,3.4527E-05,3.4527E-05,3.4527E-05,1.7263E-05,1.7263E-05,1.7263E-05,1.7263E-05,3,4,5\r\n"
            + "2026-11-21T11:05:58.123Z,1,1,iteration,\"a,\"\"b\"\"\",,0,2,0,,,,,,,,,0,0,0\r\n",
            reader.ReadToEnd());
    }

    [Fact]
    public void Our_own_reader_of_CSV_reads_a_series_of_hostile_names()
    {
        using (AppendedFile file = new(_folder.File("timeseries.csv")))
            file.Append(TimeSeriesFile.Header + new TimeSeriesFile().Interval(PlantedRun.Interval(1, HostileRun().Steps)));

        CsvRow row = Assert.Single(Data.Csv(_folder.File("timeseries.csv")));

        Assert.Equal(Hostile.Replace('\ud83d', '\ufffd'), row["scenario"]);
        Assert.Equal("10", row["ok"]);
    }

    [Fact]
    public void A_percentile_curve_is_the_whole_run_s_under_a_name_that_any_file_system_takes()
    {
        RunResult result = PlantedRun.Typical();
        string[] names = [.. EndFiles.Of(HostileRun()).Select(file => file.Name)];

        using StringReader text = new(Text(result, "echo.echo.hgrm"));
        PercentileDistribution curve = PercentileDistribution.Read(text);
        Assert.Equal((result.Steps[1].OkCount, Math.Round(result.Steps[1].Latency.Max / 1e6, 3)), (curve.TotalCount, curve.Max));
        using StringReader uncorrected = new(Text(result, "echo.echo.uncorrected.hgrm"));
        Assert.Equal(Math.Round(result.Steps[1].LatencyUncorrected.Max / 1e6, 3), PercentileDistribution.Read(uncorrected).Max);
        Assert.All(names, name => Assert.Matches(@"^[A-Za-z0-9._%-]{1,230}$", name));
        Assert.All(names, name => Assert.True(EndFiles.IsName(name)));
        Assert.False(EndFiles.IsName("summary.json"));
    }

    [Fact]
    public void Names_that_some_file_systems_cannot_tell_apart_are_numbered()
    {
        string[] steps = ["Echo", "echo", new('x', 300), new string('x', 300) + "y", "../../etc/passwd"];
        RunResult result = PlantedRun.Result([.. steps.Select(step => PlantedRun.Figures("a", step))], [PlantedRun.Figures("a", "iteration")]);

        string[] names = [.. EndFiles.Of(result).Select(file => file.Name).Where(name => name.EndsWith(".hgrm", StringComparison.Ordinal))];

        Assert.Equal(2 * steps.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("a.echo-2.hgrm", names);
        Assert.Contains("a.%2E%2E%2F%2E%2E%2Fetc%2Fpasswd.hgrm", names);
    }

    [Fact]
    public void Thresholds_and_checks_are_cases_of_valid_test_results()
    {
        XElement suites = Valid(PlantedRun.Typical());

        Assert.Equal(["run 1 0", "thresholds 5 2", "checks 2 1"], suites.Elements().Select(suite => $"{(string?)suite.Attribute("name")} {(string?)suite.Attribute("tests")} {(string?)suite.Attribute("failures")}"));
        Assert.Equal(("8", "3"), ((string?)suites.Attribute("tests"), (string?)suites.Attribute("failures")));
        Assert.Equal(
            ["errors: rate < 0.001%", "nothing: max < 1s", "answer is the question"],
            suites.Descendants("testcase").Where(test => test.Element("failure") is not null).Select(test => (string?)test.Attribute("name")));
        Assert.Contains("nothing was counted that it could be held against", suites.Descendants("failure").Select(failure => (string?)failure.Attribute("message")));
        Assert.Contains("did not hold 12 of 100,002 times", suites.Descendants("failure").Select(failure => (string?)failure.Attribute("message")));
        Assert.Equal("1", (string?)Valid(PlantedRun.Typical() with { Incomplete = "killed" }).Elements().First().Attribute("failures"));
    }

    [Fact]
    public void Test_results_stay_valid_whatever_is_in_names() => Assert.Equal(2, Valid(HostileRun()).Descendants("testcase").Count(test => ((string?)test.Attribute("name"))!.Contains("<script>")));

    [Fact]
    public void The_schema_of_test_results_is_one_that_refuses()
    {
        Assert.Throws<XmlSchemaValidationException>(() => Validated("<testsuites><testsuite name=\"a\"/></testsuites>"));
        Assert.Throws<XmlSchemaValidationException>(() => Validated("<testsuites><testcase name=\"a\" classname=\"b\"/></testsuites>"));
    }

    [Fact]
    public void Figures_for_a_history_are_named_values_with_their_unit()
    {
        RunResult result = PlantedRun.Typical();
        JsonElement smaller = JsonDocument.Parse(Text(result, "benchmark-smaller.json")).RootElement, bigger = JsonDocument.Parse(Text(result, "benchmark-bigger.json")).RootElement;

        Assert.Equal(
            ["echo / connect p50", "echo / connect p95", "echo / connect p99", "echo / connect failures", "echo / echo p50", "echo / echo p95", "echo / echo p99", "echo / echo failures"],
            smaller.EnumerateArray().Select(figure => figure.GetProperty("name").GetString()));
        Assert.Equal(result.Steps[1].Latency.ValueAtPercentile(99) / 1e9, smaller[6].GetProperty("value").GetDouble());
        Assert.Equal(("seconds", "share"), (smaller[6].GetProperty("unit").GetString(), smaller[7].GetProperty("unit").GetString()));
        Assert.Equal(12 / 100_012.0, smaller[7].GetProperty("value").GetDouble());
        Assert.Equal(["echo / connect rate", "echo / echo rate"], bigger.EnumerateArray().Select(figure => figure.GetProperty("name").GetString()));
        Assert.Equal(100_000 / 62.5, bigger[1].GetProperty("value").GetDouble());
    }

    [Fact]
    public void GitHub_is_told_nothing_where_it_does_not_run_the_tool()
    {
        Assert.Null(GitHubOutput.Detect(_ => null, TextWriter.Null));
        Assert.Null(GitHubOutput.Detect(name => name == "GITHUB_STEP_SUMMARY" ? "file" : null, TextWriter.Null));
        Assert.NotNull(GitHubOutput.Detect(name => name == "GITHUB_ACTIONS" ? "true" : null, TextWriter.Null));
    }

    [Fact]
    public void GitHub_gets_the_summary_and_an_annotation_for_each_thing_that_went_wrong()
    {
        File.WriteAllText(_folder.File("step"), "before\n");
        RunResult result = PlantedRun.Typical() with { OutputErrors = new Dictionary<string, string> { ["json"] = "100% lost,\r\nall of it" } };

        string[] commands = Told(result);

        Assert.Equal("before\n" + SummaryText.Of(result) + "\n", File.ReadAllText(_folder.File("step")));
        Assert.Contains("::error title=LoadTool%3A threshold crossed::errors: rate < 0.001%25 of scenario echo (0.011 %25)", commands);
        Assert.Contains(commands, command => command.StartsWith("::error title=LoadTool%3A threshold crossed::nothing: max < 1s of scenario echo (", StringComparison.Ordinal));
        Assert.Contains(commands, command => command.StartsWith("::warning title=LoadTool%3A generator degraded::", StringComparison.Ordinal) || command.StartsWith("::error title=LoadTool%3A generator invalid::", StringComparison.Ordinal));
        Assert.Contains(@"::warning title=LoadTool%3A data lost::json: 100%25 lost,\r\nall of it", commands);
    }

    [Fact]
    public void An_annotation_is_one_line_whatever_is_in_it()
    {
        string[] commands = Told(HostileRun());

        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.Matches("^::(error|warning) title=LoadTool%3A [a-z ]+::", command));
        Assert.DoesNotContain(commands, command => command.Contains('\x1b'));
    }

    [Fact]
    public void A_run_in_which_nothing_worked_is_an_error_of_its_own() => Assert.Contains(
        "::error title=LoadTool%3A nothing worked::no iteration of echo succeeded: CannotConnect (connection refused)",
        Told(PlantedRun.Result([], [PlantedRun.Figures("echo", "iteration", failures: [(new("CannotConnect", "connection refused"), 1)])], [new(new("CannotConnect", "connection refused"), 1)])));

    [Fact]
    public void What_does_not_fit_into_a_step_s_summary_is_left_out_and_said()
    {
        RunResult result = PlantedRun.Typical();
        int brief = Encoding.UTF8.GetByteCount(SummaryText.Of(result, withDetails: false)) + 1;

        File.WriteAllBytes(_folder.File("step"), new byte[GitHubStep.MaxSummaryBytes - brief]);
        Told(result);
        Assert.Equal(GitHubStep.MaxSummaryBytes, new FileInfo(_folder.File("step")).Length);
        Assert.Contains("has no room left", Assert.Throws<IOException>(() => Told(result)).Message);
    }

    private static string ToolVersionCode => SummaryText.Code(ToolVersion.Text);

    private static int Columns(string[] lines, string row)
    {
        int at = Array.IndexOf(lines, row);
        return lines[..at].Last(line => line.StartsWith("| ", StringComparison.Ordinal) && lines[Array.IndexOf(lines, line) + 1].StartsWith("| ---", StringComparison.Ordinal)).Count(c => c == '|');
    }

    /// <summary>A run in which every text that others choose is <see cref="Hostile"/>.</summary>
    private static RunResult HostileRun()
    {
        Outcome outcome = new(Hostile, Hostile);
        RunResult result = PlantedRun.Result(
            [PlantedRun.Figures(Hostile, Hostile, PlantedRun.Latencies((34_500, 10)), [(outcome, 1)])], [PlantedRun.Figures(Hostile, "iteration", PlantedRun.Latencies((34_500, 10)), [(outcome, 1)])], [new(outcome, 1)]);
        return result with
        {
            Run = result.Run with { Name = Hostile },
            Checks = [new(Hostile, Hostile, 1, 1)],
            Thresholds = [new(Hostile, Hostile, ThresholdUnit.Share, 0.5, IsCrossed: true)],
            OutputErrors = new Dictionary<string, string> { [Hostile] = Hostile },
        };
    }

    private string[] Told(RunResult result)
    {
        using StringWriter commands = new() { NewLine = "\n" };
        new GitHubOutput(new GitHubStep(_folder.File("step"), commands)).Finish(result);
        return commands.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Text(RunResult result, string name)
    {
        using MemoryStream stream = new();
        EndFiles.Of(result).Single(file => file.Name == name).Write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static XElement Valid(RunResult result) => Validated(Text(result, "junit.xml"));

    private static XElement Validated(string xml)
    {
        XmlSchemaSet schemas = new();
        schemas.Add(null, XmlReader.Create(new StringReader(JunitSchema)));
        XDocument document = XDocument.Parse(xml);
        document.Validate(schemas, validationEventHandler: null);
        return document.Root!;
    }
}
