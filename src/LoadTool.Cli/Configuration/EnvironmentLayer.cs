using System.Collections;
using LoadTool.Cli.Commands;

namespace LoadTool.Cli.Configuration;

/// <summary>The options that environment variables give.</summary>
internal static class EnvironmentLayer
{
    internal const string Prefix = "LOADTOOL_";

    /// <summary>Names the config file; no option itself, for a config file cannot name another.</summary>
    internal const string ConfigVariable = Prefix + "CONFIG";

    /// <summary>Variables of other parts and of the tests, none of them a mistake.</summary>
    private static readonly string[] Others = ["REQUIRE_PROGRAMS", "FUZZ_", "RACE_", "SOAK", "TEST_"];

    /// <summary>Reads them.</summary>
    /// <param name="variables">The process's environment. An empty variable counts as none.</param>
    /// <param name="warn">Told of variables that look like options and are none; never of their values.</param>
    /// <exception cref="UsageException">A value cannot be read.</exception>
    internal static OptionLayer Read(IDictionary variables, Action<string> warn)
    {
        OptionLayer layer = new();
        foreach (RunOption option in RunOptionTable.All)
        {
            if (variables[option.Variable] is string { Length: > 0 } text)
                layer.Set(option, [.. option.Items(text).Select(item => new OptionText(option.Variable, item))]);
        }

        string[] known = [ConfigVariable, .. RunOptionTable.All.Select(option => option.Variable)];
        foreach (string name in variables.Keys.Cast<string>().Where(name => IsUnknown(name, known)).Order(StringComparer.Ordinal))
            warn($"the environment variable {name} is no option{Nearest.Hint(name, known)}");
        layer.RequireOneLoad();
        return layer;
    }

    private static bool IsUnknown(string name, string[] known) => name.StartsWith(Prefix, StringComparison.Ordinal)
        && !known.Contains(name)
        && !Others.Any(other => name.AsSpan(Prefix.Length).StartsWith(other, StringComparison.Ordinal));
}
