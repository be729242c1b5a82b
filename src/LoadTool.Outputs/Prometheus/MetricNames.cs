using System.Text;

namespace LoadTool.Outputs.Prometheus;

/// <summary>What Prometheus takes for names.</summary>
internal static class MetricNames
{
    /// <summary>The part of a metric's name that a script's name makes: lower case letters, digits and underscores, whatever it was.</summary>
    internal static string Part(string name)
    {
        StringBuilder part = new(name.Length);
        foreach (char letter in name.ToLowerInvariant())
        {
            char fitting = char.IsAsciiLetterOrDigit(letter) ? letter : '_';
            if (fitting != '_' || part is { Length: > 0 } && part[^1] != '_')
                part.Append(fitting);
        }

        return part.ToString().TrimEnd('_') is { Length: > 0 } named ? named : "unnamed";
    }

    /// <summary>Whether a name may be that of a label, and is not Prometheus's own.</summary>
    internal static bool IsLabel(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && !name.StartsWith("__", StringComparison.Ordinal) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
