using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs.Report;

/// <summary>Writes pages that need nothing but a browser: the page's program and one or more runs, compared when there are more.</summary>
internal static class ReportPage
{
    /// <summary>Why there is none, for messages.</summary>
    internal const string NotAvailable = "report page not available: built without Node.js";

    private const string TitleMark = "{{title}}";
    private const string ConnectMark = "{{connect}}";
    private const string DataMark = "{{data}}";

    private static readonly Lazy<string?> Template = new(ReadTemplate);

    /// <summary>False where the tool was built without Node.js.</summary>
    internal static bool IsAvailable => Template.Value is not null;

    /// <summary>How long a page without a run is; 0 where there is none.</summary>
    internal static int Length => Template.Value?.Length ?? 0;

    /// <summary>Writes a page; readers see it whole or not at all.</summary>
    /// <param name="path">The file; what was there is replaced.</param>
    /// <param name="runs">At least one.</param>
    /// <exception cref="IOException">It cannot be written; the file that was there before still is. Or the page is not available.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    internal static void Write(string path, IReadOnlyList<ReportRun> runs)
    {
        string page = Page(string.Join(" and ", runs.Select(run => run.Label).Distinct()), connect: "'none'", Data(runs));
        WholeFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }

    /// <summary>The page around its data.</summary>
    /// <param name="title">Any text.</param>
    /// <param name="connect">What the page may connect to, in the words of a content security policy.</param>
    /// <param name="data">Elements for its body.</param>
    /// <exception cref="IOException">The page is not available.</exception>
    internal static string Page(string title, string connect, string data)
    {
        string template = Template.Value ?? throw new IOException(NotAvailable);

        // The marks stand in this order, and nothing that is put in is looked through for the next one.
        StringBuilder page = new(template.Length + data.Length);
        int written = 0;
        foreach ((string mark, string text) in new[] { (ConnectMark, connect), (TitleMark, WebUtility.HtmlEncode(VisibleText.OneLine(title))), (DataMark, data) })
        {
            int at = template.IndexOf(mark, written, StringComparison.Ordinal);
            page.Append(template, written, at - written).Append(text);
            written = at + mark.Length;
        }

        return page.Append(template, written, template.Length - written).ToString();
    }

    /// <summary>Elements that hold the runs.</summary>
    internal static string Data(IReadOnlyList<ReportRun> runs)
    {
        StringBuilder data = new();
        foreach ((int index, ReportRun run) in runs.Index())
        {
            foreach (ReportPart part in run.Parts)
                data.Append(CultureInfo.InvariantCulture, $"<script type=\"application/gzip\" data-run=\"{index}\" data-name=\"{part.Name}\" data-intervals=\"{run.LogIntervals}\">{part.Content}</script>\n");
        }

        return data.ToString();
    }

    private static string? ReadTemplate()
    {
        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("LoadTool.Outputs.page.html");
        if (stream is null)
            return null;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
