using LoadTool.Analysis.Gates;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LoadTool.Cli.Commands;

/// <summary>The rules of a gate, as a file gives them: settings of all figures, and under <c>figures</c> those of some.</summary>
internal static class GateRulesFile
{
    private const string FiguresKey = "figures";

    private static readonly string[] Settings = ["min-effect", "confidence"];
    private static readonly string[] OfFigures = [.. Settings, "limit", "ignore"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">It cannot be read, or holds a mistake; one line says where.</exception>
    internal static GateSettings Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the rules {path} cannot be read: {error.Message}");
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="UsageException">It holds a mistake; the message says where.</exception>
    internal static GateSettings Parse(string path, string text)
    {
        YamlStream stream = [];
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new UsageException($"{path}:{error.Start.Line}:{error.Start.Column}: {error.Message.TrimEnd('.')}");
        }

        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            throw new UsageException($"{path}: rules are one map, such as min-effect: 5%");
        GateSettings settings = new();
        foreach ((YamlNode key, YamlNode value) in root)
        {
            string name = Known(path, key, [.. Settings, FiguresKey]);
            settings = name switch
            {
                "min-effect" => settings with { MinEffect = GateOption.MinEffect(Label(path, value, name), Scalar(path, value, name)) },
                "confidence" => settings with { Confidence = GateOption.Confidence(Label(path, value, name), Scalar(path, value, name)) },
                _ => settings with { Rules = Rules(path, value) },
            };
        }

        return settings;
    }

    private static GateRule[] Rules(string path, YamlNode figures) => figures is YamlMappingNode mapping
        ? [.. mapping.Select(rule => Rule(path, rule.Key, rule.Value))]
        : throw Refuse(path, figures, "figures holds rules by the names of figures, such as echo p99: { min-effect: 3% }");

    private static GateRule Rule(string path, YamlNode key, YamlNode value)
    {
        string pattern = NameOf(path, key);
        if (value is not YamlMappingNode settings)
            throw Refuse(path, value, $"{pattern} holds settings by their names, such as {{ min-effect: 3% }} or {{ ignore: true }}");
        GateRule rule = new(pattern, Place(path, key));
        foreach ((YamlNode settingKey, YamlNode settingValue) in settings)
        {
            string name = Known(path, settingKey, OfFigures), text = Scalar(path, settingValue, name), label = Label(path, settingValue, name);
            rule = name switch
            {
                "min-effect" => rule with { MinEffect = GateOption.MinEffect(label, text) },
                "confidence" => rule with { Confidence = GateOption.Confidence(label, text) },
                "limit" => rule with { Limit = GateOption.Limit(label, text) },
                _ => rule with { IsIgnored = text switch { "true" => true, "false" => false, _ => throw Refuse(path, settingValue, $"ignore {text} is neither true nor false") } },
            };
        }

        return rule;
    }

    private static string Known(string path, YamlNode key, string[] known)
    {
        string name = NameOf(path, key);
        return known.Contains(name) ? name : throw Refuse(path, key, $"there is no setting {name}{Nearest.Hint(name, known)}; there are {string.Join(", ", known)}");
    }

    private static string Scalar(string path, YamlNode node, string name) => node is YamlScalarNode { Value: { Length: > 0 } value } ? value : throw Refuse(path, node, $"{name} takes a single value");

    private static string NameOf(string path, YamlNode key) => key is YamlScalarNode { Value: { Length: > 0 } name } ? name : throw Refuse(path, key, "a name is expected here");

    private static string Label(string path, YamlNode node, string name) => $"{Place(path, node)}: {name}";

    private static UsageException Refuse(string path, YamlNode at, string problem) => new($"{Place(path, at)}: {problem}");

    private static string Place(string path, YamlNode node) => $"{path}:{node.Start.Line}:{node.Start.Column}";
}
