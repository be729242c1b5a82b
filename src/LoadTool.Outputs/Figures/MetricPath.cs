using LoadTool.Outputs.Catalog;

namespace LoadTool.Outputs.Figures;

/// <summary>
/// Names of figures for receivers that know one by its name alone, with dots: <c>loadtool.steps.chat.echo.ok</c>, or <c>loadtool.steps.ok</c> with tags. What a name or a tag cannot hold
/// becomes an underscore, so that names that differ in such characters only are one.
/// </summary>
internal sealed class MetricPath
{
    private readonly TagStyle _style;
    private readonly TextBuffer _name = new();
    private readonly TextBuffer _tags = new();
    private byte[] _prefix = [];
    private byte[] _commonTags = [];

    internal MetricPath(TagStyle style) => _style = style;

    /// <summary>The settings by which users change them.</summary>
    internal static OutputSetting Prefix { get; } = new("prefix", "What all names begin with; loadtool by default. {testid} in it stands for the run's testid.");

    /// <summary>Sets what all names bear.</summary>
    internal void SetCommon(RunInfo run, OutputRequest request)
    {
        string[] parts = (request.Text("prefix") ?? "loadtool").Replace("{testid}", PartOf(TestId.Of(run, request)), StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
        _name.Clear();
        _name.Add(string.Concat(parts.Select(part => PartOf(part) + ".")));
        _prefix = _name.Take();
        _tags.Clear();
        if (_style == TagStyle.None)
            return;
        foreach ((string name, string value) in RunLabels.Of(run, request))
            Label(name, value);
        _commonTags = _tags.Take();
    }

    /// <summary>Begins the names of a row.</summary>
    /// <param name="of">Stands before the kind: empty, or <c>total.</c></param>
    /// <param name="kind">The kind.</param>
    internal void Begin(string of, string kind)
    {
        _name.Clear();
        _name.Add(_prefix);
        _name.Add(of);
        _name.Add(kind);
        _name.Add('.');
        _tags.Clear();
        _tags.Add(_commonTags);
    }

    internal void Label(string name, string value)
    {
        switch (_style)
        {
            case TagStyle.None:
                _name.Add(PartOf(value));
                _name.Add('.');
                break;
            case TagStyle.Datadog:
                if (_tags.Length > 0)
                    _tags.Add(',');
                _tags.Add(TagOf(name));
                _tags.Add(':');
                _tags.Add(TagOf(value));
                break;
            default:
                _tags.Add(';');
                _tags.Add(TagOf(name));
                _tags.Add('=');
                _tags.Add(TagOf(value));
                break;
        }
    }

    /// <summary>Writes the name of one of the row's numbers; tags too where they are part of it.</summary>
    internal void AddName(TextBuffer to, string number)
    {
        to.Add(_name.Written);
        to.Add(number);
        if (_style == TagStyle.Graphite)
            to.Add(_tags.Written);
    }

    /// <summary>Writes the tags where they stand at a line's end.</summary>
    internal void AddTags(TextBuffer to)
    {
        if (_style != TagStyle.Datadog || _tags.Length == 0)
            return;
        to.Add("|#"u8);
        to.Add(_tags.Written);
    }

    /// <summary>The <c>tags</c> setting.</summary>
    /// <exception cref="ArgumentException">It is no style that the output takes.</exception>
    internal static TagStyle StyleOf(OutputRequest request, params ReadOnlySpan<TagStyle> taken)
    {
        string text = request.Text("tags") ?? "none";
        foreach (TagStyle style in taken)
        {
            if (text.Equals(style.ToString(), StringComparison.OrdinalIgnoreCase))
                return style;
        }

        throw request.Refuse("tags", $"is none of {string.Join(", ", taken.ToArray().Select(style => style.ToString().ToLowerInvariant()))}");
    }

    /// <summary>Letters and digits of ASCII, dashes and underscores.</summary>
    private static string PartOf(string text) => Replaced(text, c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static string TagOf(string text) => Replaced(text, c => c > ' ' && c is not ('\u007f' or ';' or '|' or ',' or '#' or ':' or '@' or '~' or '='));

    private static string Replaced(string text, Func<char, bool> isFit) =>
        text.Length == 0 ? "_" : text.All(isFit) ? text : string.Create(text.Length, (text, isFit), static (result, from) =>
        {
            for (int index = 0; index < result.Length; index++)
                result[index] = from.isFit(from.text[index]) ? from.text[index] : '_';
        });
}
