using System.Net;
using System.Security.Cryptography;
using System.Text;
using LoadTool.Outputs;

namespace LoadTool.Analysis.Documents;

/// <summary>A document as one file that needs no network and runs no program: charts are drawn here, as SVG.</summary>
internal static class HtmlPage
{
    internal static string Of(Document document)
    {
        string style = Style();
        StringBuilder html = new();
        html.Append($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; base-uri 'none'; form-action 'none'">
            <title>{Escape(document.Title)} – LoadTool</title>
            <style>{style}</style>
            </head>
            <body>
            <main>
            <p class="brand">LoadTool</p>
            <h1>{Escape(document.Title)}</h1>
            <p class="verdict {Class(document.Tone)}"><strong>{Word(document.Tone)}</strong> {Escape(document.Verdict)}</p>

            """);
        string section = document.Title;
        foreach (DocumentPart part in document.Parts)
        {
            section = part is Heading heading ? heading.Text : section;
            Add(html, part, section);
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Text of scripts and servers as text, in an element or an attribute.</summary>
    internal static string Escape(string text) => WebUtility.HtmlEncode(VisibleText.OneLine(text));

    /// <summary>Begins what scrolls by itself where it is too wide: by keys too, and with a name for who does not see it.</summary>
    internal static string Scroll(string name) => $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Escape(name)}\">";

    private static void Add(StringBuilder html, DocumentPart part, string section)
    {
        switch (part)
        {
            case Heading heading:
                html.Append($"<h2>{Escape(heading.Text)}</h2>\n");
                break;
            case Paragraph paragraph:
                html.Append($"<p>{Escape(paragraph.Text)}</p>\n");
                break;
            case Bullets { Items.Count: > 0 } bullets:
                html.Append($"<ul>{string.Concat(bullets.Items.Select(item => $"<li>{Escape(item)}</li>"))}</ul>\n");
                break;
            case Table { Rows.Count: > 0 } table:
                Add(html, table, section);
                break;
            case Chart chart:
                ChartSvg.Add(html, chart);
                break;
        }
    }

    private static void Add(StringBuilder html, Table table, string section)
    {
        html.Append($"{Scroll(table.Caption ?? section)}<table>");
        if (table.Caption is { } caption)
            html.Append($"<caption>{Escape(caption)}</caption>");
        html.Append($"<thead><tr>{string.Concat(table.Columns.Select(column => $"<th scope=\"col\"{Number(column)}>{Escape(column.Name)}</th>"))}</tr></thead><tbody>\n");
        foreach (TableRow row in table.Rows)
            html.Append($"<tr class=\"{Class(row.Tone)}\">{string.Concat(row.Cells.Zip(table.Columns).Select((pair, index) => Cell(pair.First, pair.Second, isHead: index == 0)))}</tr>\n");
        html.Append("</tbody></table></div>\n");
    }

    private static string Cell(string text, TableColumn column, bool isHead) =>
        isHead ? $"<th scope=\"row\"{Number(column)}>{Escape(text)}</th>" : $"<td{Number(column)}>{Escape(text)}</td>";

    private static string Number(TableColumn column) => column.IsNumber ? " class=\"number\"" : "";

    private static string Class(Tone tone) => tone.ToString().ToLowerInvariant();

    private static string Word(Tone tone) => tone switch
    {
        Tone.Good => "OK.",
        Tone.Bad => "Worse.",
        Tone.Unclear => "Cannot tell.",
        _ => "",
    };

    private static string Style()
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("document.css")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
