namespace LoadTool.Outputs.Catalog;

/// <summary>One kind of output that a run can be given with <c>--out name[=target]</c>.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Target">What stands after the name, for help: <c>=FILE</c>, <c>[=address:port]</c>; empty when there is nothing.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Settings">What else can be set.</param>
/// <param name="Create">
/// Makes it before any load is made, and proves that it can work as far as that is known then. Throws <see cref="ArgumentException"/> for a target or a setting that
/// is none, and <see cref="IOException"/> for one that cannot be used, each with one line that says what to do.
/// </param>
internal sealed record OutputKind(string Name, string Target, string Help, IReadOnlyList<OutputSetting> Settings, Func<OutputRequest, IOutput> Create);
