using System.Collections;

namespace LoadTool;

/// <summary>Figures that have names, for conditions in code.</summary>
/// <typeparam name="T">The figures.</typeparam>
public sealed class StatsByName<T> : IReadOnlyCollection<T>
    where T : class
{
    private readonly IReadOnlyList<T> _all;
    private readonly Func<T, string> _nameOf;
    private readonly Func<string, T> _none;

    /// <param name="all">The figures.</param>
    /// <param name="nameOf">Their names.</param>
    /// <param name="none">What stands for a name that was not counted, if it does not throw.</param>
    internal StatsByName(IReadOnlyList<T> all, Func<T, string> nameOf, Func<string, T>? none = null) =>
        (_all, _nameOf, _none) = (all, nameOf, none ?? (name => throw new MissingStatsException(name)));

    /// <inheritdoc/>
    public int Count => _all.Count;

    /// <summary>The figures of one name. In a threshold, a name that was not counted is no error of its condition: it has no answer yet, and at the end it is crossed.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The figures; of a status that never occurred, zeros.</returns>
    /// <exception cref="KeyNotFoundException">Nothing of that name was counted.</exception>
    public T Get(string name) => Find(name) ?? _none(name);

    /// <summary>The figures of one name, or null when nothing of it was counted.</summary>
    /// <param name="name">The name.</param>
    public T? Find(string name) => _all.FirstOrDefault(figures => _nameOf(figures) == name);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
