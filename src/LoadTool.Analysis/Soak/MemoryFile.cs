using System.Globalization;
using LoadTool.Outputs;
using LoadTool.Outputs.Files;

namespace LoadTool.Analysis.Soak;

/// <summary><c>target-memory.csv</c>: what the target held during a run, beside its other results.</summary>
internal static class MemoryFile
{
    internal const string FileName = "target-memory.csv";

    internal const string Header = "at,bytes";

    /// <summary>One line of it.</summary>
    /// <param name="at">The moment, of the same wall clock as the run's start.</param>
    /// <param name="bytes">What the target held.</param>
    internal static string Line(DateTimeOffset at, long bytes) => string.Create(CultureInfo.InvariantCulture, $"{Timestamp.Exact(at)},{bytes}");

    /// <summary>Reads the file of a run; a last line that was cut off does not count.</summary>
    /// <returns>Empty when there is none.</returns>
    /// <exception cref="IOException">It is damaged.</exception>
    internal static IReadOnlyList<MemorySample> Read(string folder, DateTimeOffset startedAt)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return [];
        string text = File.ReadAllText(path);
        string[] lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<MemorySample> samples = [];
        foreach ((int number, string line) in lines.Index().Skip(1))
        {
            string[] parts = line.Split(',');
            if (parts is not [var at, var bytes] || !long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out long held) || Moment(at) is not { } moment)
                throw new IOException($"{VisibleText.OneLine(path)}: line {number + 1} is damaged");
            samples.Add(new MemorySample((moment - startedAt).TotalSeconds, held));
        }

        return samples;
    }

    private static DateTimeOffset? Moment(string text)
    {
        try
        {
            return Timestamp.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
