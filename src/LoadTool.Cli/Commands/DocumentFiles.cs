using System.CommandLine;
using System.Text;
using System.Text.Json;
using LoadTool.Analysis.Documents;
using LoadTool.Outputs.Files;

namespace LoadTool.Cli.Commands;

/// <summary>The files that a judgement is written to: <c>--page</c>, <c>--markdown</c> and <c>--json</c>.</summary>
/// <param name="Page">Path of the page, or null.</param>
/// <param name="Markdown">Path of the Markdown, or null.</param>
/// <param name="Json">Path of the JSON, or null.</param>
internal sealed record DocumentFiles(string? Page, string? Markdown, string? Json)
{
    private static readonly Option<string?> PageOption = new("--page") { Description = "Write the answer as a page, with charts.", HelpName = "file" };
    private static readonly Option<string?> MarkdownOption = new("--markdown") { Description = "Write it as Markdown.", HelpName = "file" };
    private static readonly Option<string?> JsonOption = new("--json") { Description = "Write it as JSON.", HelpName = "file" };

    /// <summary>The options, for a command.</summary>
    internal static IReadOnlyList<Option> Options { get; } = [PageOption, MarkdownOption, JsonOption];

    /// <summary>Reads them before minutes pass: what is asked for has a place.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    internal static DocumentFiles Of(ParseResult parsed)
    {
        foreach (Option<string?> option in new[] { PageOption, MarkdownOption, JsonOption })
            RequirePlace(option.Name, parsed.GetValue(option));
        return new DocumentFiles(parsed.GetValue(PageOption), parsed.GetValue(MarkdownOption), parsed.GetValue(JsonOption));
    }

    /// <summary>What is asked for, or null, can have a place.</summary>
    /// <exception cref="UsageException">It is a folder, or there is none for it.</exception>
    internal static void RequirePlace(string option, string? path)
    {
        if (path is null)
            return;
        if (path.Length == 0)
            throw new UsageException($"{option} names no file");
        if (Directory.Exists(path))
            throw new UsageException($"{option} {path} is a folder: name a file");
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
            throw new UsageException($"{option} {path}: there is no folder {folder}");
    }

    /// <summary>Those that were not asked for, by their usual names in a folder.</summary>
    internal DocumentFiles OrIn(string folder, string name) =>
        new(Page ?? Path.Combine(folder, $"{name}.html"), Markdown ?? Path.Combine(folder, $"{name}.md"), Json ?? Path.Combine(folder, $"{name}.json"));

    /// <exception cref="UsageException">One cannot be written.</exception>
    internal void Write(Document document, Action<Utf8JsonWriter> json)
    {
        Write(Page, stream => stream.Write(Encoding.UTF8.GetBytes(HtmlPage.Of(document))));
        Write(Markdown, stream => stream.Write(Encoding.UTF8.GetBytes(MarkdownText.Of(document))));
        Write(Json, stream => JsonFile.Write(stream, json));
    }

    /// <summary>Writes one of them, or another beside them.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    internal static void Write(string? path, Action<Stream> write)
    {
        if (path is null)
            return;
        try
        {
            WholeFile.Write(path, write);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write {path}: {error.Message}");
        }
    }
}
