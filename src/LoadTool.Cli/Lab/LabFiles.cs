using System.Text;
using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Lab;
using LoadTool.Cli.Commands;
using LoadTool.Outputs.Files;

namespace LoadTool.Cli.Lab;

/// <summary>The files that were asked for.</summary>
/// <param name="Page">Path of the page, or null.</param>
/// <param name="Markdown">Path of the Markdown, or null.</param>
/// <param name="Json">Path of the JSON, or null.</param>
internal sealed record LabFiles(string? Page, string? Markdown, string? Json)
{
    /// <summary>Before minutes pass: what is asked for has a place.</summary>
    /// <exception cref="UsageException">There is no such folder.</exception>
    internal void Check()
    {
        foreach ((string option, string? path) in ((string, string?)[])[("--page", Page), ("--markdown", Markdown), ("--json", Json)])
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
                throw new UsageException($"{option} {path}: there is no folder {folder}");
        }
    }

    /// <exception cref="UsageException">One cannot be written.</exception>
    internal void Write(LabReport report)
    {
        Write(Page, path => WriteText(path, HtmlPage.Of(report.Document)));
        Write(Markdown, path => WriteText(path, MarkdownText.Of(report.Document)));
        Write(Json, path => JsonFile.Write(path, json => LabJson.Write(json, report.Settings, report.Results)));
    }

    private static void WriteText(string path, string text) => WholeFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static void Write(string? path, Action<string> write)
    {
        if (path is null)
            return;
        try
        {
            write(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write {path}: {error.Message}");
        }
    }
}
