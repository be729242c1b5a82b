using System.Collections.Concurrent;

namespace LoadTool;

/// <summary>What each name of a run stands for: one kind of thing only, or results and thresholds could not tell which is meant. Asked at the first use on a loop.</summary>
internal sealed class NameRegistry
{
    /// <summary>Checks and metrics of a run; more of them are values that got into a name.</summary>
    private const int MaxNames = 1_000;

    private readonly ConcurrentDictionary<string, string> _kinds = new(StringComparer.Ordinal);

    /// <summary>Says what a name stands for.</summary>
    /// <param name="name">The name.</param>
    /// <param name="kind">What it is, with its article.</param>
    /// <exception cref="InvalidOperationException">It is something else already, or there are too many names.</exception>
    internal void Claim(string name, string kind)
    {
        string known = _kinds.GetOrAdd(name, kind);
        if (known != kind)
            throw new InvalidOperationException($"\"{name}\" is {known} already and cannot be {kind} as well: name one of them otherwise.");
    }

    /// <inheritdoc cref="Claim"/>
    internal void ClaimFew(string name, string kind)
    {
        if (!_kinds.ContainsKey(name) && _kinds.Count >= MaxNames)
            throw new InvalidOperationException($"\"{name}\" would be {kind} past {MaxNames} names: a name is no place for values that differ.");
        Claim(name, kind);
    }
}
