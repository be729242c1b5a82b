using System.Globalization;
using System.Text;

namespace LoadTool.EndToEnd.Prometheus;

/// <summary>Reads the text format: a second opinion on what is written.</summary>
internal static class PrometheusLines
{
    /// <summary>Each series, by its name and labels in one order, with its value.</summary>
    internal static IReadOnlyDictionary<string, double> Read(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line[0] != '#')
        .Select(Parse)
        .ToDictionary();

    /// <summary>One name for a series, whatever order its labels came in.</summary>
    internal static string Key(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join('|', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    private static KeyValuePair<string, double> Parse(string line)
    {
        int brace = line.IndexOf('{');
        Dictionary<string, string> labels = new() { ["__name__"] = line[..brace] };
        int at = brace + 1;
        while (line[at] != '}')
        {
            int equals = line.IndexOf('=', at);
            string name = line[at..equals];
            labels[name] = Value(line, equals + 2, out at);
            if (line[at] == ',')
                at++;
        }

        string value = line[(at + 2)..];
        return KeyValuePair.Create(Key(labels), value switch
        {
            "+Inf" => double.PositiveInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(value, CultureInfo.InvariantCulture),
        });
    }

    private static string Value(string line, int at, out int next)
    {
        StringBuilder value = new();
        for (; line[at] != '"'; at++)
            value.Append(line[at] == '\\' ? line[++at] switch { 'n' => '\n', char other => other } : line[at]);
        next = at + 1;
        return value.ToString();
    }
}
