using LoadTool.Analysis.Documents;
using LoadTool.Analysis.Lab;

namespace LoadTool.Cli.Lab;

/// <summary>What the lab found.</summary>
/// <param name="Settings">How it was run.</param>
/// <param name="Results">Of each cell.</param>
/// <param name="Remarks">What else is to be known.</param>
internal sealed record LabReport(LabSettings Settings, IReadOnlyList<LabResult> Results, IReadOnlyList<string> Remarks)
{
    /// <param name="hasDetails">False for what is short enough for a terminal.</param>
    internal Document Document(bool hasDetails) => LabDocument.Of(Settings, Results, Remarks, hasDetails);
}
