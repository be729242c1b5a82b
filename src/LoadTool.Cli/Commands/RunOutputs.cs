namespace LoadTool.Cli.Commands;

/// <summary>Where the results of a run go.</summary>
internal sealed record RunOutputs(IReadOnlyList<IOutput> All)
{
    internal static RunOutputs Create(RunRequest request) => new([]);
}
