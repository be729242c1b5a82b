namespace LoadTool;

/// <summary>The word that was probably meant.</summary>
internal static class Nearest
{
    /// <summary>How many letters a word may be off.</summary>
    private const int MaxTypos = 3;

    /// <summary>The nearest of some words, or null when all are too far off.</summary>
    internal static string? To(string word, IEnumerable<string> known) => known
        .Select(name => (Name: name, Typos: TypoDistance.Between(word, name)))
        .Where(candidate => candidate.Typos <= Math.Min(MaxTypos, candidate.Name.Length / 2))
        .OrderBy(candidate => candidate.Typos)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>What to append to a message: <c>; did you mean …?</c>, or nothing.</summary>
    internal static string Hint(string word, IEnumerable<string> known) => To(word, known) is { } meant ? $"; did you mean {meant}?" : "";
}
