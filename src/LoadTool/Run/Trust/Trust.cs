namespace LoadTool;

/// <summary>A run's verdict on itself.</summary>
/// <param name="Figures">What it rests on.</param>
/// <param name="Reasons">What speaks against the run's figures, the worst first; then notes.</param>
public sealed record Trust(TrustFigures Figures, IReadOnlyList<TrustReason> Reasons)
{
    /// <summary>The verdict: that of the worst reason.</summary>
    public TrustVerdict Verdict => Reasons.Select(reason => reason.Verdict).DefaultIfEmpty(TrustVerdict.Trusted).Max();
}
