using System.Text;
using System.Threading.Channels;

namespace LoadTool.Outputs.Live;

/// <summary>
/// Who watches a run, and what has been shown so far: who comes later gets it first. A watcher that does not keep up is dropped, and never waited for; its browser comes back
/// by itself and gets everything anew.
/// </summary>
internal sealed class LiveAudience
{
    /// <summary>Messages that may wait for one watcher: as many seconds without reading.</summary>
    private const int MaxWaiting = 60;

    /// <summary>Browsers and tabs of one team.</summary>
    private const int MaxWatchers = 32;

    /// <summary>Lines of the log that who comes later still sees.</summary>
    private const int MaxLines = 200;

    private const string NewBin = "bin";
    private const string LastBin = "last";
    private const string AllBins = "all";

    private readonly Lock _lock = new();
    private readonly List<Channel<byte[]>> _watchers = [];
    private readonly List<byte[]> _bins = [];
    private readonly Queue<byte[]> _lines = new();
    private string _kindOfLast = AllBins;
    private byte[]? _run;
    private byte[]? _state;
    private byte[]? _end;

    /// <summary>Begins to watch.</summary>
    /// <param name="past">What has been shown so far.</param>
    /// <returns>What comes; it ends when the run does. Null when there are too many watchers.</returns>
    internal ChannelReader<byte[]>? Join(out IReadOnlyList<byte[]> past)
    {
        lock (_lock)
        {
            byte[]?[] rest = [_state, _end];
            past = [.. _run is null ? [] : new[] { _run }, .. _bins, .. _lines, .. rest.OfType<byte[]>()];
            if (_watchers.Count >= MaxWatchers)
                return null;
            Channel<byte[]> watcher = Channel.CreateBounded<byte[]>(MaxWaiting);
            if (_end is null)
                _watchers.Add(watcher);
            else
                watcher.Writer.Complete();
            return watcher.Reader;
        }
    }

    /// <summary>Stops watching.</summary>
    internal void Leave(ChannelReader<byte[]> reader)
    {
        lock (_lock)
            _watchers.RemoveAll(watcher => watcher.Reader == reader);
    }

    /// <summary>What is known of the run from the start.</summary>
    internal void ShowRun(byte[] json) => Show("run", json, message => _run = message);

    /// <summary>A bin after those before.</summary>
    internal void ShowBin(byte[] json) => Show(NewBin, json, message => KeepBin(message, NewBin));

    /// <summary>The last bin, in place of what was shown of it.</summary>
    internal void ShowLastBin(byte[] json) => Show(LastBin, json, message =>
    {
        // Who comes later gets it once: as a bin, or as the last one of all.
        string kind = _kindOfLast == NewBin ? NewBin : LastBin;
        if (_kindOfLast != AllBins)
            _bins.RemoveAt(_bins.Count - 1);
        KeepBin(kind == NewBin ? Message(NewBin, json) : message, kind);
    });

    /// <summary>All bins, in place of those shown.</summary>
    internal void ShowAllBins(byte[] json) => Show(AllBins, json, message =>
    {
        _bins.Clear();
        KeepBin(message, AllBins);
    });

    /// <summary>How the run is now.</summary>
    internal void ShowState(byte[] json) => Show("state", json, message => _state = message);

    /// <summary>A line of the log.</summary>
    internal void ShowLine(byte[] json) => Show("line", json, message =>
    {
        _lines.Enqueue(message);
        if (_lines.Count > MaxLines)
            _lines.Dequeue();
    });

    /// <summary>The run has ended: the last message.</summary>
    internal void End(byte[] json)
    {
        Show("end", json, message => _end = message);
        lock (_lock)
        {
            _watchers.ForEach(watcher => watcher.Writer.Complete());
            _watchers.Clear();
        }
    }

    private void Show(string name, byte[] json, Action<byte[]> keep)
    {
        byte[] message = Message(name, json);
        lock (_lock)
        {
            keep(message);
            _watchers.RemoveAll(watcher => !watcher.Writer.TryWrite(message) && watcher.Writer.TryComplete());
        }
    }

    private void KeepBin(byte[] message, string kind)
    {
        _bins.Add(message);
        _kindOfLast = kind;
    }

    /// <summary>An event as browsers read it; JSON without line breaks is one line of data.</summary>
    private static byte[] Message(string name, byte[] json) => [.. Encoding.UTF8.GetBytes($"event: {name}\ndata: "), .. json, (byte)'\n', (byte)'\n'];
}
