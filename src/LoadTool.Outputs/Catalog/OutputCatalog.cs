using LoadTool.Outputs.Prometheus;

namespace LoadTool.Outputs.Catalog;

/// <summary>Every output that can be asked for, once: <c>--out</c>, <c>loadtool outputs</c> and the README's table come from here.</summary>
internal static class OutputCatalog
{
    internal static IReadOnlyList<OutputKind> All { get; } =
    [
        ExecOutput.Kind,
        JsonLinesOutput.Kind,
        ScrapeOutput.Kind,
        RemoteWriteOutput.Kind,
        PostgreSql.PostgresOutput.Kind,
        Influx.InfluxOutput.Kind,
        Graphite.GraphiteOutput.Kind,
        StatsD.StatsDOutput.Kind,
        Otlp.OtlpOutput.Kind,
    ];

    /// <summary>Makes the outputs that were asked for.</summary>
    /// <param name="asked">Each <c>name[=target]</c>.</param>
    /// <param name="settings">All settings, by <c>output.setting</c>.</param>
    /// <param name="folder">The folder of the run's results.</param>
    /// <param name="started">What started the run; null when nobody knows.</param>
    /// <returns>The outputs, in order; the caller disposes of those that can be disposed of.</returns>
    /// <exception cref="ArgumentException">An output or setting is none, is there twice, or cannot be used; one line says what to do.</exception>
    /// <exception cref="IOException">An output cannot work; one line says why.</exception>
    internal static IReadOnlyList<IOutput> Create(IReadOnlyList<string> asked, IReadOnlyDictionary<string, string> settings, string folder, RunEnvironment? started = null)
    {
        (OutputKind Kind, string? Target)[] kinds = Require(asked, settings);
        List<IOutput> made = [];
        try
        {
            foreach ((OutputKind kind, string? target) in kinds)
                made.Add(kind.Create(new OutputRequest(kind.Name, target, SettingsOf(kind, settings), folder) { Started = started }));
            return made;
        }
        catch
        {
            foreach (IDisposable output in made.OfType<IDisposable>())
                output.Dispose();
            throw;
        }
    }

    private static (OutputKind Kind, string? Target) Find(string asked)
    {
        int equals = asked.IndexOf('=');
        string name = equals < 0 ? asked : asked[..equals];
        string? target = equals < 0 || equals == asked.Length - 1 ? null : asked[(equals + 1)..];
        OutputKind kind = All.FirstOrDefault(kind => kind.Name == name)
            ?? throw new ArgumentException($"there is no output {VisibleText.OneLine(name, 100)}{Nearest.Hint(name, All.Select(kind => kind.Name))} (see `loadtool outputs`)");
        if (target is not null && kind.Target.Length == 0)
            throw new ArgumentException($"output {kind.Name} takes no target: write --out {kind.Name}");
        return (kind, target);
    }

    /// <summary>Proves that all of them exist, and makes none.</summary>
    /// <returns>Each with its target.</returns>
    /// <exception cref="ArgumentException">An output or setting is none, or is there twice.</exception>
    internal static (OutputKind Kind, string? Target)[] Require(IReadOnlyList<string> asked, IReadOnlyDictionary<string, string> settings)
    {
        (OutputKind Kind, string? Target)[] kinds = [.. asked.Select(Find)];
        if (kinds.GroupBy(kind => kind).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"output {twice.Key.Kind.Name} is asked for twice: leave one out, or give each a target of its own");
        foreach (string setting in settings.Keys)
        {
            int dot = setting.IndexOf('.');
            string name = dot < 0 ? setting : setting[..dot];
            OutputKind? kind = All.FirstOrDefault(kind => kind.Name == name);
            IEnumerable<string> known = (kind is null ? All : [kind]).SelectMany(kind => kind.Settings.Select(own => $"{kind.Name}.{own.Name}"));
            if (!known.Contains(setting))
                throw new ArgumentException($"there is no output setting {VisibleText.OneLine(setting, 100)}{Nearest.Hint(setting, known)} (see `loadtool outputs`)");
        }

        return kinds;
    }

    private static Dictionary<string, string> SettingsOf(OutputKind kind, IReadOnlyDictionary<string, string> settings) => settings
        .Where(setting => setting.Key.StartsWith(kind.Name + ".", StringComparison.Ordinal))
        .ToDictionary(setting => setting.Key[(kind.Name.Length + 1)..], setting => setting.Value);
}
