using LoadTool.Metrics;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>
/// What one event loop keeps of one <see cref="Broadcast"/>: its receivers, its senders, and the messages under way. Every loop hears of every message, by
/// its sender's loop or by a delivery, whichever is first; closes it when its time is over; and tells the sender's loop the latencies, which knows first,
/// median and last of all. Deliveries allocate nothing; a message allocates once per loop. Rule: the loop's thread alone writes, the run reads the counters.
/// </summary>
internal sealed class BroadcastCell : MetricCell
{
    /// <summary>Messages under way at a time; past it the oldest is closed before its time, and what comes of it is late.</summary>
    private const int MaxOpen = 4_096;

    /// <summary>Closed messages that are still known, to tell a late delivery from a second one.</summary>
    private const int MaxClosed = 1_024;

    private const int MaxSendersInOrder = 1_000;
    private const long Nobody = long.MaxValue;

    private readonly Broadcast _broadcast;
    private readonly RunLoop _loop;
    private readonly long _patience;
    private readonly ulong _stream;
    private readonly CloseTimer _timer;
    private readonly List<long> _joinedAt = [];
    private readonly Stack<int> _freeSeats = [];
    private readonly Dictionary<VirtualUser, (BroadcastSender Sender, long Next)> _own = [];
    private readonly Dictionary<uint, BroadcastSender> _senders = [];
    private readonly Dictionary<(uint Sender, long Sequence), OpenBroadcast> _known = [];
    private readonly Queue<OpenBroadcast> _open = [];
    private readonly Queue<OpenBroadcast> _closed = [];
    private readonly Dictionary<(uint Sender, long Sequence), Parts> _parts = [];
    private long _sent, _reached, _late, _lost, _duplicates, _outOfOrder;

    internal BroadcastCell(Broadcast broadcast, RunLoop loop, long patience)
        : base(broadcast)
    {
        (_broadcast, _loop, _patience) = (broadcast, loop, patience);
        _stream = unchecked((ulong)SplitMix.Seed((long)loop.Context.MarkerStream(loop.Now), broadcast.Name));
        _timer = new CloseTimer(this);
    }

    internal Recorder First { get; } = NewRecorder();

    internal Recorder Median { get; } = NewRecorder();

    internal Recorder Last { get; } = NewRecorder();

    internal Recorder Deliveries { get; } = NewRecorder();

    /// <summary>When the oldest message under way is closed; far away when there is none.</summary>
    internal long NextCloseAt => _open.TryPeek(out OpenBroadcast? oldest) ? oldest.SentAt + _patience : Nobody - 1;

    private int Receivers => _joinedAt.Count - _freeSeats.Count;

    /// <summary>Reads the counters so far. From any thread.</summary>
    internal BroadcastCounts Read() => new(
        Volatile.Read(ref _sent), Volatile.Read(ref _reached), Volatile.Read(ref _late), Volatile.Read(ref _lost), Volatile.Read(ref _duplicates), Volatile.Read(ref _outOfOrder));

    /// <returns>The receiver's place.</returns>
    internal int Join()
    {
        if (!_freeSeats.TryPop(out int seat))
        {
            seat = _joinedAt.Count;
            _joinedAt.Add(Nobody);
        }

        _joinedAt[seat] = _loop.Now;
        foreach (BroadcastSender sender in _senders.Values)
            sender.Reset(seat);
        return seat;
    }

    /// <summary>What has not come yet is not expected any more; without receivers nothing is.</summary>
    internal void Leave(int seat)
    {
        _joinedAt[seat] = Nobody;
        _freeSeats.Push(seat);
        while (Receivers == 0 && _open.Count > 0)
            Close(_open.Dequeue());
    }

    /// <summary>True while something is under way that the receiver is to get.</summary>
    internal bool Awaits(int seat)
    {
        foreach (OpenBroadcast message in _open)
        {
            if (_joinedAt[seat] < message.SentAt && !message.HasReached(seat))
                return true;
        }

        return false;
    }

    /// <summary>The user sends its next message now: every loop is told.</summary>
    internal LatencyMarker Announce(VirtualUser user, long sentAt)
    {
        if (!_own.TryGetValue(user, out (BroadcastSender Sender, long Next) own))
            own = (SenderOf((uint)(_own.Count * _loop.Count + _loop.Index)), 0);
        _own[user] = own with { Next = own.Next + 1 };
        LatencyMarker marker = new(_stream, own.Sender.Id, own.Next, sentAt);
        _parts.Add((marker.Sender, marker.Sequence), new Parts(_loop.Count));
        _sent++;
        foreach (RunLoop other in _loop.Context.Loops)
        {
            if (ReferenceEquals(other, _loop))
                OnAnnounced(marker);
            else
                other.Loop.Post(_ => _broadcast.CellOf(other).OnAnnounced(marker), null);
        }

        return marker;
    }

    /// <summary>A message came to a receiver: counted when it bears a marker of this broadcast.</summary>
    internal void Receive(int seat, ReadOnlySpan<byte> bytes, long receivedAt)
    {
        if (!LatencyMarker.TryRead(bytes, out LatencyMarker marker) || marker.Stream != _stream || marker.SentAt <= _joinedAt[seat])
            return;
        OpenBroadcast? message = Find(marker);

        // By the moment it was received: whether the timer or the socket has its turn first on a late loop decides nothing.
        CloseOlderThan(receivedAt);
        if (message is not null && message.HasReached(seat))
        {
            _duplicates++;
            return;
        }

        BroadcastSender sender = message?.Sender ?? SenderOf(marker.Sender);
        if (!sender.TryAdvance(seat, marker.Sequence))
            _outOfOrder++;
        long latency = Math.Max(0, receivedAt - marker.SentAt);
        Deliveries.Record(latency);
        message?.Reach(seat, latency);
        if (message is { IsClosed: false })
            return;
        _late++;
        _lost--;
    }

    private void OnAnnounced(in LatencyMarker marker)
    {
        if (Receivers > 0)
        {
            Find(marker);
            return;
        }

        BroadcastSender sender = SenderOf(marker.Sender);
        if (marker.Sequence < sender.Forgotten || _known.ContainsKey((marker.Sender, marker.Sequence)))
            return;
        sender.Forgotten = marker.Sequence + 1;
        Hand(marker.Sender, marker.Sequence, default);
    }

    /// <returns>Null when it has been forgotten.</returns>
    private OpenBroadcast? Find(in LatencyMarker marker)
    {
        if (_known.TryGetValue((marker.Sender, marker.Sequence), out OpenBroadcast? known))
            return known;
        BroadcastSender sender = SenderOf(marker.Sender);
        if (marker.Sequence < sender.Forgotten)
            return null;
        if (_open.Count == MaxOpen)
            Close(_open.Dequeue());
        OpenBroadcast message = new(sender, marker.Sequence, marker.SentAt, _joinedAt.Count);
        _known.Add((marker.Sender, marker.Sequence), message);
        _open.Enqueue(message);
        if (_open.Count == 1)
            _loop.Loop.Arm(_timer, NextCloseAt);
        return message;
    }

    private BroadcastSender SenderOf(uint id)
    {
        if (!_senders.TryGetValue(id, out BroadcastSender? sender))
            _senders.Add(id, sender = new BroadcastSender(id, checksOrder: _senders.Count < MaxSendersInOrder));
        return sender;
    }

    private void CloseDue()
    {
        CloseOlderThan(_loop.Now + 1);
        if (_open.Count > 0)
            _loop.Loop.Arm(_timer, NextCloseAt);
    }

    private void CloseOlderThan(long moment)
    {
        while (_open.Count > 0 && NextCloseAt < moment)
            Close(_open.Dequeue());
    }

    private void Close(OpenBroadcast message)
    {
        message.Close();
        int missing = 0;
        for (int seat = 0; seat < _joinedAt.Count; seat++)
        {
            if (_joinedAt[seat] < message.SentAt && !message.HasReached(seat))
                missing++;
        }

        _reached += message.Latencies.Length;
        _lost += missing;
        Hand(message.Sender.Id, message.Sequence, message.Latencies);
        message.Forget();
        _closed.Enqueue(message);
        if (_closed.Count <= MaxClosed)
            return;
        OpenBroadcast oldest = _closed.Dequeue();
        _known.Remove((oldest.Sender.Id, oldest.Sequence));
        oldest.Sender.Forgotten = Math.Max(oldest.Sender.Forgotten, oldest.Sequence + 1);
    }

    /// <summary>This loop's part of a message goes to the loop of its sender.</summary>
    private void Hand(uint sender, long sequence, ReadOnlyMemory<long> latencies)
    {
        RunLoop owner = _loop.Context.Loops[(int)(sender % (uint)_loop.Count)];
        if (ReferenceEquals(owner, _loop))
            Merge((sender, sequence), latencies);
        else
            owner.Loop.Post(_ => _broadcast.CellOf(owner).Merge((sender, sequence), latencies), null);
    }

    private void Merge((uint Sender, long Sequence) message, ReadOnlyMemory<long> latencies)
    {
        if (!_parts.TryGetValue(message, out Parts? parts) || !parts.Add(latencies))
            return;
        _parts.Remove(message);
        if (parts.Latencies.Count == 0)
            return;
        parts.Latencies.Sort();
        First.Record(parts.Latencies[0]);
        Median.Record(parts.Latencies[(parts.Latencies.Count - 1) / 2]);
        Last.Record(parts.Latencies[^1]);
    }

    private static Recorder NewRecorder() => new(StepRecorder.LowestNanoseconds, StepRecorder.HighestNanoseconds, StepRecorder.SignificantDigits, autoResize: true);

    /// <summary>Latencies of one message, loop by loop.</summary>
    private sealed class Parts(int left)
    {
        private int _left = left;

        internal List<long> Latencies { get; } = [];

        /// <returns>True with the last one.</returns>
        internal bool Add(ReadOnlyMemory<long> latencies)
        {
            Latencies.AddRange(latencies.Span);
            return --_left == 0;
        }
    }

    private sealed class CloseTimer(BroadcastCell cell) : LoopTimer
    {
        internal override void Fire(long dueAt) => cell.CloseDue();
    }
}

/// <summary>Counters of a broadcast, since the run began or over an interval.</summary>
internal readonly record struct BroadcastCounts(long Sent, long Reached, long Late, long Lost, long Duplicates, long OutOfOrder)
{
    public static BroadcastCounts operator +(BroadcastCounts left, BroadcastCounts right) => new(
        left.Sent + right.Sent, left.Reached + right.Reached, left.Late + right.Late, left.Lost + right.Lost,
        left.Duplicates + right.Duplicates, left.OutOfOrder + right.OutOfOrder);

    public static BroadcastCounts operator -(BroadcastCounts left, BroadcastCounts right) => new(
        left.Sent - right.Sent, left.Reached - right.Reached, left.Late - right.Late, left.Lost - right.Lost,
        left.Duplicates - right.Duplicates, left.OutOfOrder - right.OutOfOrder);
}
