using System.Globalization;
using System.Text;

namespace LoadTool.Outputs;

/// <summary>Names the folders of runs.</summary>
public static class ResultsFolder
{
    private const int MaxNameLength = 60;

    /// <summary>A folder that does not exist yet: <c>results/20261121T110558Z_echo</c>, with <c>-2</c>, <c>-3</c> and so on where that is taken.</summary>
    /// <param name="utc">When the run starts.</param>
    /// <param name="name">The run's name; what a file system may refuse in it becomes <c>-</c>.</param>
    /// <returns>A path below the current directory. Nothing is created.</returns>
    public static string For(DateTimeOffset utc, string name) => For(utc, name, Path.Exists);

    internal static string For(DateTimeOffset utc, string name, Func<string, bool> exists)
    {
        string stamp = utc.ToUniversalTime().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string folder = Path.Combine("results", $"{stamp}_{Safe(name)}");
        string free = folder;
        for (int number = 2; exists(free); number++)
            free = $"{folder}-{number}";
        return free;
    }

    /// <summary>Letters, digits, dots, dashes and underscores: what every file system takes and no shell interprets.</summary>
    private static string Safe(string name)
    {
        StringBuilder safe = new();
        foreach (char c in name.Length <= MaxNameLength ? name : name[..MaxNameLength])
            safe.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-');

        // Windows drops a dot at the end.
        string trimmed = safe.ToString().TrimEnd('.');
        return trimmed.Length > 0 ? trimmed : "run";
    }
}
