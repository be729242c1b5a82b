using System.Text;
using LoadTool.Outputs;

namespace LoadTool.Analysis.Documents;

/// <summary>A document as plain lines for a terminal or a log: verdict first, no cursor codes, charts left out.</summary>
internal static class ConsoleText
{
    private const int Width = 100;
    private const int MaxCell = 60;

    internal static string Of(Document document)
    {
        StringBuilder text = new();
        Wrap(text, $"{Word(document.Tone)}{document.Verdict}", "");
        foreach (DocumentPart part in document.Parts)
            Add(text, part);
        return text.ToString();
    }

    private static void Add(StringBuilder text, DocumentPart part)
    {
        switch (part)
        {
            case Heading heading:
                text.Append('\n').Append(VisibleText.OneLine(heading.Text)).Append('\n');
                break;
            case Paragraph paragraph:
                Wrap(text, paragraph.Text, "");
                break;
            case Bullets bullets:
                foreach (string item in bullets.Items)
                    Wrap(text, item, "- ");
                break;
            case Table { Rows.Count: > 0 } table:
                Add(text, table);
                break;
        }
    }

    private static void Add(StringBuilder text, Table table)
    {
        text.Append('\n');
        if (table.Caption is { } caption)
            Wrap(text, caption, "");
        string[][] rows = [[.. table.Columns.Select(column => VisibleText.OneLine(column.Name, MaxCell))], .. table.Rows.Select(row => row.Cells.Select(cell => VisibleText.OneLine(cell, MaxCell)).ToArray())];
        int[] widths = [.. table.Columns.Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) => table.Columns[column].IsNumber ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }
    }

    private static void Wrap(StringBuilder text, string paragraph, string before)
    {
        int column = 0;
        foreach (string word in VisibleText.OneLine(paragraph).Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', before.Length);
                column = before.Length;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }
            else
            {
                text.Append(before);
                column = before.Length;
            }

            text.Append(word);
            column += word.Length;
        }

        text.Append('\n');
    }

    private static string Word(Tone tone) => tone switch
    {
        Tone.Good => "ok: ",
        Tone.Bad => "worse: ",
        Tone.Unclear => "cannot tell: ",
        _ => "",
    };
}
