using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoadTool.EndToEnd.Programs;
using LoadTool.EndToEnd.Run;

namespace LoadTool.EndToEnd.Dashboards;

/// <summary>Whether Grafana can read the dashboards: it cannot be run here, but it publishes its types.</summary>
public sealed partial class DashboardModelTests
{
    /// <summary>Identifiers of Grafana's list of units (packages/grafana-data, valueFormats/categories).</summary>
    private static readonly HashSet<string> Units = ["none", "short", "percentunit", "s", "ops", "binBps", "bytes", "dateTimeAsIso"];

    /// <summary>Grafana's name of each kind of panel in its published types.</summary>
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["timeseries"] = "TimeSeries",
        ["stat"] = "Stat",
        ["table"] = "Table",
        ["heatmap"] = "Heatmap",
        ["bargauge"] = "BarGauge",
        ["state-timeline"] = "StateTimeline",
        ["xychart"] = "XYChart",
    };

    public static TheoryData<string> Names { get; } = new(DashboardFile.All.Select(dashboard => dashboard.Name));

    [Fact]
    public void There_are_four_dashboards_each_with_a_run_to_choose()
    {
        Assert.Equal(["loadtool-capacity", "loadtool-compare", "loadtool-nightly", "loadtool-run"], DashboardFile.All.Select(dashboard => dashboard.Name));
        Assert.All(DashboardFile.All, dashboard => Assert.Contains(dashboard.Variables, variable => variable.GetProperty("name").GetString() == "testid" && variable.GetProperty("type").GetString() == "query"));
        Assert.Equal(4, DashboardFile.All.Select(dashboard => dashboard.Root.GetProperty("uid").GetString()).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_have_numbers_of_their_own_and_do_not_overlap(string name)
    {
        IReadOnlyList<JsonElement> panels = Of(name).Panels;
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        HashSet<(int X, int Y)> taken = [];
        foreach (JsonElement panel in panels)
        {
            JsonElement at = panel.GetProperty("gridPos");
            (int x, int y, int w, int h) = (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32(), at.GetProperty("w").GetInt32(), at.GetProperty("h").GetInt32());
            Assert.InRange(x + w, 1, 24);
            for (int cell = 0; cell < w * h; cell++)
                Assert.True(taken.Add((x + (cell % w), y + (cell / w))), $"{panel.GetProperty("title").GetString()} overlaps another panel");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Queries_have_letters_of_their_own_and_use_variables_that_exist(string name)
    {
        DashboardFile dashboard = Of(name);
        string[] known = [.. dashboard.Variables.Select(variable => variable.GetProperty("name").GetString()!)];
        foreach (JsonElement panel in dashboard.Panels.Where(panel => panel.TryGetProperty("targets", out _)))
        {
            string[] letters = [.. panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("refId").GetString()!)];
            Assert.Equal(letters.Distinct(), letters);
        }

        foreach (Match used in Variable().Matches(dashboard.Root.GetRawText()))
            Assert.Contains(used.Groups[1].Value, known.Concat(["__rate_interval", "__range", "__timeFilter"]));
        Assert.All(dashboard.Targets, target => Assert.Equal("${datasource}", target.Target.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Units_are_Grafanas_and_thresholds_rise_from_a_base(string name)
    {
        foreach (JsonElement panel in Of(name).Panels.Where(panel => panel.TryGetProperty("fieldConfig", out _)))
        {
            JsonElement config = panel.GetProperty("fieldConfig");
            string[] units =
            [
                .. config.GetProperty("defaults").TryGetProperty("unit", out JsonElement unit) ? [unit.GetString()!] : (string[])[],
                .. config.GetProperty("overrides").EnumerateArray().SelectMany(each => each.GetProperty("properties").EnumerateArray())
                    .Where(property => property.GetProperty("id").GetString() == "unit").Select(property => property.GetProperty("value").GetString()!),
            ];
            Assert.Subset(Units, units.ToHashSet());
            if (!config.GetProperty("defaults").TryGetProperty("thresholds", out JsonElement thresholds))
                continue;
            JsonElement[] steps = [.. thresholds.GetProperty("steps").EnumerateArray()];
            Assert.Equal(JsonValueKind.Null, steps[0].GetProperty("value").ValueKind);
            double[] values = [.. steps.Skip(1).Select(step => step.GetProperty("value").GetDouble())];
            Assert.Equal(values.Order().Distinct(), values);
        }
    }

    [FactWith(nameof(Programs.Program.Node))]
    public async Task Dashboards_are_what_their_script_writes()
    {
        using WorkFolder folder = new();
        File.Copy(Path.Combine(DashboardFile.Folder, "generate.mjs"), Path.Combine(folder.Root, "generate.mjs"));

        Assert.Equal((0, "", ""), await Programs.Program.RunAsync(Programs.Program.Node.Path("node"), ["generate.mjs"], folder.Root));

        Assert.All(DashboardFile.All, dashboard => Assert.Equal(File.ReadAllText(Path.Combine(folder.Root, $"{dashboard.Name}.json")), File.ReadAllText(Path.Combine(DashboardFile.Folder, $"{dashboard.Name}.json"))));
    }

    /// <summary>As literals, so that the compiler refuses what Grafana does not know: a misspelt property, or a word that is none of the allowed.</summary>
    [FactWith(nameof(Programs.Program.Node))]
    public async Task Dashboards_panels_and_their_options_fit_Grafanas_published_types()
    {
        string peers = await NodePackages.FolderAsync();
        using WorkFolder folder = new();
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "node_modules"), Path.Combine(peers, "node_modules"));
        foreach (DashboardFile dashboard in DashboardFile.All)
            folder.Write($"{dashboard.Name}.ts", TypeScript(dashboard));

        (int exitCode, string output, string error) = await Programs.Program.RunAsync(
            Programs.Program.Node.Path("node"),
            ["node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs", "--moduleResolution", "node10", "--preserveSymlinks", .. DashboardFile.All.Select(dashboard => $"{dashboard.Name}.ts")],
            folder.Root);

        Assert.True(exitCode == 0, output + error);
    }

    [GeneratedRegex(@"\$\{?([a-z_]\w*)")]
    private static partial Regex Variable();

    private static DashboardFile Of(string name) => DashboardFile.All.Single(dashboard => dashboard.Name == name);

    private static string TypeScript(DashboardFile dashboard)
    {
        StringBuilder code = new("import type * as grafana from '@grafana/schema/dist/esm/raw/dashboard/x/dashboard_types.gen';\n");
        foreach (string kind in Kinds.Values.Order(StringComparer.Ordinal))
            code.Append($"import type * as {kind} from '@grafana/schema/dist/esm/raw/composable/{kind.ToLowerInvariant()}/panelcfg/x/{kind}PanelCfg_types.gen';\n");

        // What JSON has of an enumeration is its value, not its name.
        code.Append("""
            type Json<T> = T extends string ? `${T}` : T extends number ? T : T extends (infer U)[] ? Json<U>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;

            """);
        code.Append($"export const dashboard: Json<grafana.Dashboard> = {dashboard.Root.GetRawText()};\n");
        foreach (JsonElement panel in dashboard.Panels.Where(panel => panel.GetProperty("type").GetString() != "row"))
        {
            string kind = Kinds[panel.GetProperty("type").GetString()!];
            int id = panel.GetProperty("id").GetInt32();
            code.Append($"export const options{id}: Json<{kind}.Options> = {panel.GetProperty("options").GetRawText()};\n");
            if (panel.GetProperty("fieldConfig").GetProperty("defaults").TryGetProperty("custom", out JsonElement custom))
                code.Append($"export const custom{id}: Json<{kind}.FieldConfig> = {custom.GetRawText()};\n");
        }

        return code.ToString();
    }
}
