using LoadTool.Cli.Commands;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LoadTool.Cli.Configuration;

/// <summary>The options that a config file gives, of the whole run and of single scenarios.</summary>
/// <remarks>One reader for YAML and JSON, for JSON is YAML: so a mistake has the same words and a place in both.</remarks>
internal sealed class ConfigFile
{
    private const string ScenariosKey = "scenarios";

    private static readonly string[] Endings = [".json", ".yaml", ".yml"];

    private readonly Dictionary<string, ScenarioSection> _sections = [];

    private ConfigFile(string path) => Path = path;

    /// <summary>The file, as messages name it.</summary>
    internal string Path { get; }

    /// <summary>What it says of the whole run.</summary>
    internal OptionLayer Layer { get; } = new();

    /// <summary>What it says of single scenarios, by their names.</summary>
    internal IReadOnlyDictionary<string, ScenarioSection> Sections => _sections;

    /// <summary>Reads the file that was named, or the one beside the script.</summary>
    /// <param name="named">The path given, with what gave it; null looks for <c>loadtool.json</c>, <c>.yaml</c> or <c>.yml</c>.</param>
    /// <param name="script">The script's path.</param>
    /// <returns>Null when none was named and there is none.</returns>
    /// <exception cref="UsageException">It cannot be read, or holds a mistake; there are several beside the script.</exception>
    internal static ConfigFile? Read(OptionText? named, string script)
    {
        if (named is { } given)
            return Read(Require(given));
        string folder = System.IO.Path.GetDirectoryName(script) ?? "";
        string[] found = [.. Endings.Select(ending => System.IO.Path.Combine(folder, "loadtool" + ending)).Where(File.Exists)];
        return found switch
        {
            [] => null,
            [string only] => Read(only),
            _ => throw new UsageException($"there are several config files beside the script, {string.Join(" and ", found)}: keep one of them, or choose with --config"),
        };
    }

    /// <summary>Reads the text of a config file.</summary>
    /// <exception cref="UsageException">It holds a mistake; the message says where.</exception>
    internal static ConfigFile Parse(string path, string text)
    {
        ConfigFile config = new(path);
        YamlStream stream = [];
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new UsageException($"{path}:{error.Start.Line}:{error.Start.Column}: {error.Message.TrimEnd('.')}");
        }

        if (stream.Documents.Count == 0)
            throw new UsageException($"the config file {path} is empty: write options such as vus: 10, or remove it");
        if (stream.Documents.Count > 1)
            throw config.Refuse(stream.Documents[1].RootNode, "a config file is one document: remove the second");
        config.ReadRoot(stream.Documents[0].RootNode);
        return config;
    }

    private static ConfigFile Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the config file {path} cannot be read: {error.Message}");
        }
    }

    private static string Require(OptionText named)
    {
        if (!Endings.Contains(System.IO.Path.GetExtension(named.Text)))
            throw new UsageException($"{named.Label} {named.Text} is no config file: its name ends with none of {string.Join(", ", Endings)}");
        return File.Exists(named.Text)
            ? named.Text
            : throw new UsageException($"{named.Label} {named.Text}: there is no such file; the path counts from {Environment.CurrentDirectory}");
    }

    private void ReadRoot(YamlNode root)
    {
        if (root is not YamlMappingNode mapping)
            throw Refuse(root, "a config file holds options by their names, such as vus: 10");
        foreach ((YamlNode key, YamlNode value) in mapping)
        {
            string name = NameOf(key);
            if (name == ScenariosKey)
                ReadSections(value);
            else
                Set(Layer, Require(RunOptionTable.Find(name), key, name, RunOptionTable.All.Select(option => option.Key).Append(ScenariosKey)), value);
        }

        Layer.RequireOneLoad();
    }

    private void ReadSections(YamlNode scenarios)
    {
        if (scenarios is not YamlMappingNode mapping)
            throw Refuse(scenarios, "scenarios holds options by the names of scenarios, such as echo: { vus: 10 }");
        foreach ((YamlNode key, YamlNode value) in mapping)
        {
            string scenario = NameOf(key);
            if (value is not YamlMappingNode options)
                throw Refuse(value, $"scenario {scenario} holds options by their names, such as vus: 10");
            OptionLayer layer = new();
            foreach ((YamlNode optionKey, YamlNode optionValue) in options)
                Set(layer, RequirePerScenario(optionKey), optionValue);
            layer.RequireOneLoad();
            _sections.Add(scenario, new ScenarioSection(Place(key), layer));
        }
    }

    private RunOption RequirePerScenario(YamlNode key)
    {
        string name = NameOf(key);
        RunOption option = Require(RunOptionTable.Find(name), key, name, RunOptionTable.All.Where(option => option.IsPerScenario).Select(option => option.Key));
        return option.IsPerScenario ? option : throw Refuse(key, $"{name} is an option of the whole run: move it out of {ScenariosKey}");
    }

    private RunOption Require(RunOption? option, YamlNode key, string name, IEnumerable<string> known) =>
        option ?? throw Refuse(key, $"there is no option {name}{Nearest.Hint(name, known)}");

    private void Set(OptionLayer layer, RunOption option, YamlNode value)
    {
        OptionText[] texts = (option.Kind, value) switch
        {
            (OptionKind.List, YamlSequenceNode items) => [.. items.Select(item => Scalar(item, option.Key))],
            (OptionKind.Map, YamlMappingNode pairs) => [.. pairs.Select(pair => Pair(pair.Key, pair.Value, option.Key))],
            (OptionKind.Map, _) => throw Refuse(value, $"{option.Key} takes values by their names, such as {{ name: value }}"),
            _ => [Scalar(value, option.Key)],
        };
        layer.Set(option, texts);
    }

    private OptionText Pair(YamlNode key, YamlNode value, string option)
    {
        string name = NameOf(key);
        return name.Contains('=')
            ? throw Refuse(key, $"{option} takes names without =")
            : new OptionText($"{Place(value)}: {option}", $"{name}={Scalar(value, $"{option} {name}").Text}");
    }

    private OptionText Scalar(YamlNode node, string name)
    {
        if (node is not YamlScalarNode scalar)
            throw Refuse(node, $"{name} takes a single value, not a {(node is YamlSequenceNode ? "list" : "map")}");
        string text = scalar.Value ?? "";
        return scalar.Style == ScalarStyle.Plain && text is "" or "~" or "null"
            ? throw Refuse(node, $"{name} has no value: write one, or remove it")
            : new OptionText($"{Place(node)}: {name}", text);
    }

    private string NameOf(YamlNode key) => key is YamlScalarNode { Value: { } name } ? name : throw Refuse(key, "a name is expected here");

    private UsageException Refuse(YamlNode at, string problem) => new($"{Place(at)}: {problem}");

    private string Place(YamlNode node) => $"{Path}:{node.Start.Line}:{node.Start.Column}";
}
