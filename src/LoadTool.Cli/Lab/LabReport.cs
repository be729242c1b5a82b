using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Lab;

namespace LoadTool.Cli.Lab;

/// <summary>What the lab found.</summary>
/// <param name="Settings">How it was run.</param>
/// <param name="Results">Of each cell.</param>
/// <param name="Remarks">What else is to be known.</param>
internal sealed record LabReport(LabSettings Settings, IReadOnlyList<LabResult> Results, IReadOnlyList<string> Remarks)
{
    /// <summary>With all figures.</summary>
    internal Document Document => LabDocument.Of(Settings, Results, Remarks, hasDetails: true);

    /// <summary>Short enough for a terminal.</summary>
    internal string ConsoleText => Analysis.Documents.ConsoleText.Of(LabDocument.Of(Settings, Results, Remarks, hasDetails: false));
}
