using LoadTool.Analysis.Histories;
using LoadTool.Analysis.Runs;

namespace LoadTool.Analysis.Gates;

/// <summary>What a gate is told of some figures; null leaves a setting as it was.</summary>
/// <param name="Pattern">Which: a place and a kind such as <c>echo p99</c>, either with <c>*</c>; a kind alone is that of every place, a place alone all of its kinds.</param>
/// <param name="Origin">Where it stands, for messages.</param>
internal sealed record GateRule(string Pattern, string Origin)
{
    private const double HighestUsual = 99;

    /// <summary>Whether a figure is judged without being asked for.</summary>
    internal static bool IsUsual(DigestFigure figure) => figure.IsOfStep && figure.Name.Percentile <= HighestUsual;

    /// <summary>The least difference that matters: a share of the figure, and of errors a share of all attempts.</summary>
    internal double? MinEffect { get; init; }

    /// <summary>What holds in place of the gate's confidence.</summary>
    internal double? Confidence { get; init; }

    /// <summary>What the new runs must not go beyond; of figures in other units it says nothing.</summary>
    internal GateLimit? Limit { get; init; }

    /// <summary>True leaves the figures out.</summary>
    internal bool? IsIgnored { get; init; }

    /// <summary>
    /// Whether it brings a figure into the gate that is left out unless somebody asks for it: what is of no step, because the more is asked the less each answer is worth, and percentiles above 99, because few runs
    /// of usual length agree on them. It has to name what makes the figure unusual, without a <c>*</c> in it.
    /// </summary>
    internal bool AsksFor(DigestFigure figure)
    {
        (string place, string kind) = Parts();
        return IsIgnored != true && Matches(figure.Name) && (figure.IsOfStep || !place.Contains('*')) && (figure.Name.Percentile <= HighestUsual || !kind.Contains('*'));
    }

    /// <summary>Whether it is of a figure.</summary>
    internal bool Matches(FigureName name)
    {
        (string place, string kind) = Parts();
        string ofName = name.ToString();
        return Fits(place, name.Place) && Fits(kind, ofName[name.Place.Length..].TrimStart());
    }

    private (string Place, string Kind) Parts()
    {
        int space = Pattern.LastIndexOf(' ');
        string last = Pattern[(space + 1)..];
        if (!IsKind(last))
            return (Pattern, "*");
        return (space < 0 ? last is "messages" or "cpu" ? "" : "*" : Pattern[..space].TrimEnd(), last);
    }

    private static bool IsKind(string word) => word is "*" or "rate" or "errors" or "messages" or "cpu" || word.Length > 1 && word[0] == 'p' && (char.IsAsciiDigit(word[1]) || word[1] == '*');

    /// <summary>Whether a text is what a pattern with any number of <c>*</c> says.</summary>
    private static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int star = pattern.IndexOf('*');
        if (star < 0)
            return pattern.SequenceEqual(text);
        if (!text.StartsWith(pattern[..star]))
            return false;
        for (int skipped = star; skipped <= text.Length; skipped++)
        {
            if (Fits(pattern[(star + 1)..], text[skipped..]))
                return true;
        }

        return false;
    }
}
