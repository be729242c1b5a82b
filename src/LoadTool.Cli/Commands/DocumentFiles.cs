using System.CommandLine;
using System.Text;
using System.Text.Json;
using LoadTool.Analysis.Documents;
using LoadTool.Outputs;
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

    /// <summary>Reads them before minutes pass: what is asked for has a place, and can be written there.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    internal static DocumentFiles Of(ParseResult parsed)
    {
        foreach (Option<string?> option in new[] { PageOption, MarkdownOption, JsonOption })
            Require(option.Name, parsed.GetValue(option));
        return new DocumentFiles(parsed.GetValue(PageOption), parsed.GetValue(MarkdownOption), parsed.GetValue(JsonOption));
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

    /// <summary>Tries whether a file can be written, without leaving one.</summary>
    /// <param name="option">Where the path was given.</param>
    /// <param name="path">The path; null for none.</param>
    /// <exception cref="UsageException">It cannot.</exception>
    internal static void Require(string option, string? path)
    {
        if (path is null)
            return;
        string? problem = path switch
        {
            "" or "-" => "name a file: what is said on standard output is for people",
            _ when Directory.Exists(path) => "this is a folder: name a file in it",
            _ when Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder) => $"there is no folder {folder}",
            _ => null,
        };
        try
        {
            if (problem is null && !WholeFile.IsDevice(path))
                File.OpenHandle($"{path}.tmp", FileMode.Create, FileAccess.Write, options: FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = $"it cannot be written: {error.Message}";
        }

        if (problem is not null)
            throw new UsageException($"{option} {VisibleText.OneLine(path)}: {VisibleText.OneLine(problem, 500)}");
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
