using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LoadTool.Cli.Scripting;

/// <summary>The compiler's errors as lines to print: place and text, the source line, a caret under the column.</summary>
internal static class CompileErrorText
{
    /// <summary>Errors shown: the first few are the mistake, the rest its consequences.</summary>
    internal const int MaxErrors = 20;

    /// <summary>A longer source line (generated, or data) is not repeated.</summary>
    internal const int MaxLineLength = 400;

    internal const string UsingRemedy =
        "  remedy: the top level of a script takes no using declaration: write using (...) { ... }, or move the line into a method\n";

    /// <summary>The errors among the diagnostics, file by file and in the order of their lines.</summary>
    public static string Of(IEnumerable<Diagnostic> diagnostics, PathDisplay display)
    {
        Diagnostic[] errors =
        [
            .. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .OrderBy(error => error.Location.GetMappedLineSpan().Path, StringComparer.Ordinal)
                .ThenBy(error => error.Location.SourceSpan.Start),
        ];
        StringBuilder text = new();
        foreach (Diagnostic error in errors.Take(MaxErrors))
            Append(text, error, display);
        if (errors.Length > MaxErrors)
            text.Append(CultureInfo.InvariantCulture, $"and {errors.Length - MaxErrors} more errors\n");
        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, Diagnostic error, PathDisplay display)
    {
        string message = $"error {error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}\n";
        if (error.Location.SourceTree is not { } tree)
        {
            text.Append(message);
            return;
        }

        FileLinePositionSpan place = error.Location.GetMappedLineSpan();
        LinePosition start = place.StartLinePosition;
        text.Append(CultureInfo.InvariantCulture, $"{display.Name(place.Path)}({start.Line + 1},{start.Character + 1}): ").Append(message);

        // The mapped place (#line) names another file; the line to show is the one that was compiled.
        LinePosition written = error.Location.GetLineSpan().StartLinePosition;
        string line = tree.GetText().Lines[written.Line].ToString();
        if (line.Length <= MaxLineLength)
            text.Append(line).Append('\n').Append(CaretUnder(line, written.Character)).Append('\n');
        if (IsUsingDeclaration(error.Id, line))
            text.Append(UsingRemedy);
    }

    /// <summary>The compiler reads <c>using var x = ...</c> at a script's top level as an import, and what it says about that helps no one.</summary>
    private static bool IsUsingDeclaration(string id, string line)
    {
        string start = line.TrimStart();
        return id is "CS0825" or "CS0138"
            && (start.StartsWith("using ", StringComparison.Ordinal) || start.StartsWith("await using ", StringComparison.Ordinal))
            && line.Contains('=');
    }

    /// <summary>A caret at a column (counted from 0), behind the same tabs as in the line, so that both stop at the same places.</summary>
    public static string CaretUnder(string line, int column)
    {
        StringBuilder text = new();
        for (int index = 0; index < column; index++)
            text.Append(index < line.Length && line[index] == '\t' ? '\t' : ' ');
        return text.Append('^').ToString();
    }
}
