using System.Text;
using LoadTool.Outputs;

namespace LoadTool.Analysis.Documents;

/// <summary>A document as GitHub's Markdown, for pull requests and step summaries: charts left out, everything of scripts and servers harmless.</summary>
internal static class MarkdownText
{
    /// <summary>Rows of one table: what GitHub takes has a limit.</summary>
    private const int MaxRows = 100;

    internal static string Of(Document document)
    {
        StringBuilder text = new();
        text.Append($"## {Escape(document.Title)}\n\n{Symbol(document.Tone)}**{Escape(document.Verdict)}**\n\n");
        foreach (DocumentPart part in document.Parts)
            Add(text, part);
        return text.ToString();
    }

    private static void Add(StringBuilder text, DocumentPart part)
    {
        switch (part)
        {
            case Heading heading:
                text.Append($"### {Escape(heading.Text)}\n\n");
                break;
            case Paragraph paragraph:
                text.Append($"{Escape(paragraph.Text)}\n\n");
                break;
            case Bullets { Items.Count: > 0 } bullets:
                foreach (string item in bullets.Items)
                    text.Append($"- {Escape(item)}\n");
                text.Append('\n');
                break;
            case Table { Rows.Count: > 0 } table:
                Add(text, table);
                break;
        }
    }

    private static void Add(StringBuilder text, Table table)
    {
        if (table.Caption is { } caption)
            text.Append($"{Escape(caption)}\n\n");
        text.Append($"| {string.Join(" | ", table.Columns.Select(column => Escape(column.Name)))} |\n");
        text.Append($"|{string.Concat(table.Columns.Select(column => column.IsNumber ? " ---: |" : " --- |"))}\n");
        foreach (TableRow row in table.Rows.Take(MaxRows))
            text.Append($"| {string.Join(" | ", row.Cells.Select(Escape))} |\n");
        if (table.Rows.Count > MaxRows)
            text.Append($"\n({table.Rows.Count - MaxRows} further rows are left out)\n");
        text.Append('\n');
    }

    /// <summary>
    /// Shown as it is: no markup, no HTML, no link, no end of a cell. GitHub looks for mentions and issue numbers in the finished text, where an entity is a letter
    /// like any other, but not across an element.
    /// </summary>
    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        char before = ' ';
        foreach (char letter in VisibleText.OneLine(text))
        {
            bool isPlain = char.IsLetterOrDigit(letter) || char.IsSurrogate(letter) || " ,;-%()/+='\"?–µ±".Contains(letter)
                || (letter is '.' && before is not 'w') || (letter is ':' && !char.IsLetter(before));
            if (letter is '@' or '#')
                escaped.Append($"<code>{letter}</code>");
            else if (isPlain)
                escaped.Append(letter);
            else
                escaped.Append($"&#{(int)letter};");
            before = letter;
        }

        return escaped.ToString();
    }

    private static string Symbol(Tone tone) => tone switch
    {
        Tone.Good => "✅ ",
        Tone.Bad => "❌ ",
        Tone.Unclear => "❔ ",
        _ => "",
    };
}
