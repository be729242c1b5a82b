using System.Globalization;
using LoadTool.Outputs.Catalog;

namespace LoadTool.Outputs.Figures;

/// <summary>What tells the figures of one run from those of another where both lie in one place.</summary>
internal static class TestId
{
    private const string Name = "testid";

    /// <summary>The setting by which users choose it.</summary>
    internal static OutputSetting Setting { get; } = new(Name, "What tells this run from others; the run's tag testid by default, else its name and start.");

    /// <summary>The setting, or the run's tag, or <c>echo-20261121T110558Z</c>.</summary>
    internal static string Of(RunInfo run, OutputRequest request) =>
        request.Text(Name) is { Length: > 0 } chosen ? chosen
        : run.Options.Tags.GetValueOrDefault(Name) is { Length: > 0 } tag ? tag
        : $"{run.Name}-{run.StartedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
}
