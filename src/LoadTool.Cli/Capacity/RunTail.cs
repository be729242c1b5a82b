using System.Text.Json;
using LoadTool.Outputs;
using LoadTool.Outputs.Stored;

namespace LoadTool.Cli.Capacity;

/// <summary>Reads a run's results while they are written, interval by interval. A line of <c>run.jsonl</c> is there only after its histograms.</summary>
internal sealed class RunTail(string folder) : IDisposable
{
    private readonly List<byte> _line = [];
    private readonly byte[] _buffer = new byte[64 * 1024];
    private FileStream? _lines;
    private StoredHistograms? _histograms;
    private StoredTally? _tally;

    /// <summary>The intervals that are there since the last time; each good until the next.</summary>
    /// <exception cref="IOException">The results cannot be read.</exception>
    internal IEnumerable<Snapshot> Read()
    {
        if (!IsOpen())
            yield break;
        for (int length; (length = _lines!.Read(_buffer)) > 0;)
        {
            for (int index = 0; index < length; index++)
            {
                if (_buffer[index] != '\n')
                    _line.Add(_buffer[index]);
                else if (Take() is { } interval)
                    yield return interval;
            }
        }
    }

    public void Dispose()
    {
        _lines?.Dispose();
        _histograms?.Dispose();
    }

    private bool IsOpen()
    {
        if (_lines is not null)
            return true;
        string lines = Path.Combine(folder, FilesOutput.LinesName), histograms = Path.Combine(folder, FilesOutput.HistogramLogName);
        if (!File.Exists(lines) || !File.Exists(histograms) || new FileInfo(lines).Length == 0)
            return false;
        _histograms = new StoredHistograms(histograms);
        _tally = new StoredTally(StoredRun.Read(folder).Info, _histograms);
        _lines = new FileStream(lines, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return true;
    }

    /// <summary>The line that has come to its end, if it is an interval's.</summary>
    private Snapshot? Take()
    {
        byte[] line = [.. _line];
        _line.Clear();
        return line.AsSpan().StartsWith("{\"type\":\"interval\""u8) ? _tally!.Take(JsonElement.Parse(line), isCounted: false) : null;
    }
}
