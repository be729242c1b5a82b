using LoadTool.Outputs.Catalog;

namespace LoadTool.Tests.Outputs;

public sealed class OutputTableTests
{
    private const string Head = "| `--out` | |\n|---|---|\n";

    [Fact]
    public void The_README_shows_every_output_as_the_catalog_has_it()
    {
        string path = Path.Combine(Repository.Root, "README.md");
        string readme = File.ReadAllText(path);
        string table = Head + string.Concat(OutputCatalog.All.Select(kind => $"| `{kind.Name}{Cell(kind.Target)}` | {Cell(kind.Help)} |\n"));
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1" && readme.Contains(Head))
        {
            int from = readme.IndexOf(Head, StringComparison.Ordinal);
            readme = readme[..from] + table + readme[(readme.IndexOf("\n\n", from, StringComparison.Ordinal) + 1)..];
            File.WriteAllText(path, readme);
        }

        Assert.Contains(table + "\n", readme);
    }

    private static string Cell(string text) => text.Replace("|", "\\|");
}
