namespace LoadTool;

/// <summary>What a program asks of its run.</summary>
/// <param name="Scenarios">What is to run.</param>
/// <param name="ReportFolder">Where results go; null for the default.</param>
/// <param name="Tags">Of the whole run.</param>
internal sealed record RunWish(IReadOnlyList<Scenario> Scenarios, string? ReportFolder, IReadOnlyDictionary<string, string> Tags);
