namespace LoadTool.EndToEnd.Programs;

/// <summary>A test that needs a program beyond the SDK: skipped with a reason where it is absent, failed under LOADTOOL_REQUIRE_PROGRAMS=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithAttribute : FactAttribute
{
    /// <param name="programs">Names of the static fields of <see cref="Program"/>.</param>
    public FactWithAttribute(params string[] programs) =>
        Skip = programs
            .Select(name => ((Program)typeof(Program).GetField(name)!.GetValue(null)!).SkipReason)
            .FirstOrDefault(reason => reason is not null);
}
