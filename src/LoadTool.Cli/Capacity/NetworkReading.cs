using System.Globalization;

namespace LoadTool.Cli.Capacity;

/// <summary>What the system counts of the way to a target, for the whole machine; empty where it does not tell, and on the way to this machine itself.</summary>
/// <param name="SentSegments">TCP segments sent.</param>
/// <param name="SentAgain">Those of them sent again, because nobody acknowledged them.</param>
internal readonly record struct NetworkReading(long SentSegments, long SentAgain)
{
    private const string File = "/proc/net/snmp";

    /// <summary>TCP slows down long before a hundredth of its segments is lost.</summary>
    private const double MuchLoss = 0.01;

    /// <summary>Fewer segments say nothing of a share.</summary>
    private const long Enough = 1_000;

    /// <summary>Reads it.</summary>
    internal static NetworkReading Take(Uri target) => target.IsLoopback || !System.IO.File.Exists(File) ? default : Of(System.IO.File.ReadLines(File));

    /// <summary>Reads it from the lines of <c>/proc/net/snmp</c>, in which a line of names is followed by one of their values; nothing where they do not have it.</summary>
    internal static NetworkReading Of(IEnumerable<string> lines)
    {
        string[][] tcp = [.. lines.Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return tcp is [{ } names, { } values] && Value(names, values, "OutSegs") is { } sent && Value(names, values, "RetransSegs") is { } again ? new NetworkReading(sent, again) : default;
    }

    /// <summary>What went wrong since an earlier reading, in one line; null for nothing.</summary>
    internal string? Problem(NetworkReading before)
    {
        long sent = SentSegments - before.SentSegments, again = SentAgain - before.SentAgain;
        return sent >= Enough && again > MuchLoss * sent
            ? string.Create(CultureInfo.InvariantCulture, $"{(double)again / sent:0.#%} of {sent:#,0} TCP segments of this machine had to be sent again")
            : null;
    }

    private static long? Value(string[] names, string[] values, string name) =>
        Array.IndexOf(names, name) is >= 0 and var index && index < values.Length && long.TryParse(values[index], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
}
