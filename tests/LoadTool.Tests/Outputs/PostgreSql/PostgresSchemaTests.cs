using System.Text.RegularExpressions;
using LoadTool.Outputs.PostgreSql;
using LoadTool.Tests.Outputs.Figures;

namespace LoadTool.Tests.Outputs.PostgreSql;

public sealed class PostgresSchemaTests
{
    private static readonly string Schema = string.Concat(PostgresSchema.Migrations);

    [Fact]
    public void Every_figure_of_an_interval_has_its_column() => AssertColumns(WrittenFigures.Of(WrittenFigures.TypicalInterval()), "", PostgresSchema.IntervalTables);

    [Fact]
    public void Every_figure_of_a_run_has_its_column_or_is_in_the_summary()
    {
        WrittenFigures figures = WrittenFigures.Of(PlantedRun.Typical());
        string[] onlyInTheSummary = ["counters", "gauges", "histograms", "broadcasts", "loops", "reconnects", "storms"];
        figures.Rows.RemoveAll(row => onlyInTheSummary.Contains(row.Kind));

        AssertColumns(figures, "total_", [.. PostgresSchema.TotalTables, "total_runs"]);
    }

    private static void AssertColumns(WrittenFigures figures, string prefix, IReadOnlyList<string> tables)
    {
        Assert.Equal(tables.Order(), figures.Rows.Select(row => prefix + row.Kind).Distinct().Order());
        foreach (WrittenFigures.Row row in figures.Rows)
        {
            string table = row.Kind == "runs" ? "runs" : prefix + row.Kind;
            string columns = Regex.Match(Schema, $@"CREATE TABLE loadtool\.{table} \((.*?)\);", RegexOptions.Singleline).Groups[1].Value;
            Assert.All(row.Labels.Keys.Concat(row.Numbers.Keys), name => Assert.Matches($@"[ ""\n]{name}""? (text|bigint|integer|double precision|boolean)", columns));
        }
    }
}
