using LoadTool.Outputs.Report;

namespace LoadTool.Tests.Outputs;

/// <summary>A test that writes report pages: skipped where the tool was built without Node.js, failed under LOADTOOL_REQUIRE_PROGRAMS=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithPageAttribute : FactAttribute
{
    public FactWithPageAttribute() =>
        Skip = ReportPage.IsAvailable || Environment.GetEnvironmentVariable("LOADTOOL_REQUIRE_PROGRAMS") == "1" ? null : ReportPage.NotAvailable;
}
