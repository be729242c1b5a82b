using System.Xml.Linq;

namespace LoadTool.Tests;

public sealed class LayoutTests
{
    /// <summary>What each project may use: every arrow points down.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["LoadTool.Metrics"] = [],
        ["LoadTool.Sockets"] = [],
        ["LoadTool"] = ["LoadTool.Sockets", "LoadTool.Metrics"],
        ["LoadTool.Outputs"] = ["LoadTool"],
        ["LoadTool.Analysis"] = ["LoadTool.Outputs"],
        ["LoadTool.Cli"] = ["LoadTool.Analysis", "LoadTool.Outputs"],
    };

    [Fact]
    public void Every_arrow_between_projects_points_down()
    {
        string[] projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        Assert.Equal(Arrows.Keys.Order(), projects.Select(Path.GetFileNameWithoutExtension).Order());
        foreach (string project in projects)
        {
            IEnumerable<string> references = XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            Assert.Equal(Arrows[Path.GetFileNameWithoutExtension(project)].Order(), references.Order());
        }
    }
}
