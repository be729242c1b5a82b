namespace LoadTool.EndToEnd.Outputs;

/// <summary>A test that needs a <see cref="SmallDisk"/>: skipped with a reason where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactOnSmallDiskAttribute : FactAttribute
{
    public FactOnSmallDiskAttribute() => Skip = SmallDisk.SkipReason;
}
