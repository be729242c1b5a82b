namespace LoadTool;

/// <summary>One thing that speaks against a run's figures, or a calm note on them.</summary>
/// <param name="Verdict">How bad it is by itself; <see cref="TrustVerdict.Trusted"/> for a note.</param>
/// <param name="Kind">What it is, for programs: <c>lag.script</c>, <c>lag.starved</c>, <c>lateness</c>, <c>cpu</c> and the like.</param>
/// <param name="Finding">What was found, with figure and place, for people.</param>
/// <param name="Figure">The figure that decided.</param>
/// <param name="Limit">What it was held against.</param>
/// <param name="Unit">That of both: <c>seconds</c>, <c>share</c> (1 is all) or <c>bytes_per_second</c>.</param>
/// <param name="Remedy">What to do about it, in one sentence.</param>
public sealed record TrustReason(TrustVerdict Verdict, string Kind, string Finding, double Figure, double Limit, string Unit, string Remedy);
