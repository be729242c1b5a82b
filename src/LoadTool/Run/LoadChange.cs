namespace LoadTool;

/// <summary>The load was changed by hand while it ran.</summary>
/// <param name="At">When, since the load's start.</param>
/// <param name="Factor">The load from then on, as a share of what was planned: 1 is the plan, 2 twice its arrivals and users.</param>
public sealed record LoadChange(TimeSpan At, double Factor);
