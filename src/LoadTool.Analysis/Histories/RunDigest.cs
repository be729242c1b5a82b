using LoadTool.Analysis.Runs;

namespace LoadTool.Analysis.Histories;

/// <summary>What is kept of a run to compare others with: small enough to live in a repository.</summary>
/// <param name="Label">What people call it: the name of its folder.</param>
/// <param name="StartedAt">When its load began.</param>
/// <param name="Setup">What ran, and how.</param>
/// <param name="Doubt">Why its figures must not decide anything; null when they may.</param>
/// <param name="Note">What its reader should know although they may; null for nothing.</param>
/// <param name="Figures">Its figures; each name once.</param>
internal sealed record RunDigest(string Label, DateTimeOffset StartedAt, RunSetup Setup, string? Doubt, string? Note, IReadOnlyList<DigestFigure> Figures)
{
    /// <summary>What a database may round a moment by.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether both are of one run, wherever their files lie.</summary>
    internal bool IsOf(RunDigest other) => (StartedAt - other.StartedAt).Duration() < Rounding && Setup.Name == other.Setup.Name && Setup.Seed == other.Setup.Seed;

    /// <summary>A figure by name; null where nothing was counted.</summary>
    internal DigestFigure? Find(FigureName name)
    {
        foreach (DigestFigure figure in Figures)
        {
            if (figure.Name == name)
                return figure;
        }

        return null;
    }
}
