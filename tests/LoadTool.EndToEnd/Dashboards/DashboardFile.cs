using System.Text.Json;
using LoadTool.EndToEnd.Programs;

namespace LoadTool.EndToEnd.Dashboards;

/// <summary>A dashboard of the repository, and what Grafana does with it.</summary>
internal sealed class DashboardFile
{
    private DashboardFile(string path) => (Name, Root) = (Path.GetFileNameWithoutExtension(path), JsonDocument.Parse(File.ReadAllText(path)).RootElement);

    internal static string Folder { get; } = Path.Combine(Repository.Root, "dashboards");

    internal static IReadOnlyList<DashboardFile> All { get; } = [.. Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(path => new DashboardFile(path))];

    internal string Name { get; }

    internal JsonElement Root { get; }

    internal IReadOnlyList<JsonElement> Panels => [.. Root.GetProperty("panels").EnumerateArray()];

    /// <summary>Every query, with the title of its panel.</summary>
    internal IEnumerable<(string Panel, JsonElement Target)> Targets => Panels.Where(panel => panel.TryGetProperty("targets", out _))
        .SelectMany(panel => panel.GetProperty("targets").EnumerateArray().Select(target => ($"{Name}: {panel.GetProperty("title").GetString()} {target.GetProperty("refId").GetString()}", target)));

    /// <summary>Variables that are asked for.</summary>
    internal IReadOnlyList<JsonElement> Variables => [.. Root.GetProperty("templating").GetProperty("list").EnumerateArray()];

    /// <summary>Whether its panels read PostgreSQL.</summary>
    internal bool IsSql => Targets.First().Target.TryGetProperty("rawSql", out _);

    public override string ToString() => Name;
}
