using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Windows.Networking.Sockets;

namespace LoadTool;

/// <summary>
/// One socket that sends by a <see cref="MessageSchedule"/> and times the replies: one timer, one task for as long as it lasts, nothing per
/// message. Everything happens on the user's loop.
/// </summary>
internal sealed class PacedSocket : UserWait
{
    /// <summary>Messages sent without a look at the loop: a rate too fast to be kept must not keep the loop from its sockets.</summary>
    private const int MaxInARow = 16;

    private readonly MessageSchedule _schedule;
    private readonly VirtualUser _user;
    private readonly MessageWebSocket _socket;
    private readonly StepRecorder _recorder;
    private readonly ReadOnlyMemory<byte> _payload;
    private readonly PayloadGenerator? _generator;
    private readonly DueMoments _moments;
    private readonly MessagesInFlight _inFlight;
    private readonly long _endAt;
    private readonly Action _onSent;
    private ValueTaskAwaiter _sending;
    private Exception? _failure;
    private bool _isSending;
    private bool _isHeld;
    private bool _isEnding;
    private bool _hasEnded;

    internal PacedSocket(
        MessageSchedule schedule, VirtualUser user, MessageWebSocket socket, StepRecorder recorder, ReadOnlyMemory<byte> payload, PayloadGenerator? generator, DueMoments moments)
    {
        (_schedule, _user, _socket, _recorder, _payload, _generator, _moments) = (schedule, user, socket, recorder, payload, generator, moments);
        _inFlight = new MessagesInFlight(schedule.Match.Key is not null);
        _endAt = schedule.DuringNanoseconds is { } during ? user.Loop.Now + during : long.MaxValue;
        _onSent = OnSent;
    }

    internal ScenarioShare Share => _user.Share;

    internal StepRecorder Recorder => _recorder;

    private bool IsOver => _failure is not null || (_isEnding && _inFlight.Count == 0);

    /// <summary>Sends and receives until the user is to stop or the schedule's time is over, and what is in flight has been answered.</summary>
    internal async Task RunAsync()
    {
        _user.Begin(this);
        Turn();
        try
        {
            while (!IsOver)
                OnReceived(await _socket.ReceiveAsync());
            if (_failure is not null)
                ExceptionDispatchInfo.Throw(_failure);
        }
        catch (Exception error) when (!IsOver || _failure is not null)
        {
            FailAll(_failure ?? error);
            if (_failure is not null && !ReferenceEquals(_failure, error))
                ExceptionDispatchInfo.Throw(_failure);
            throw;
        }
        catch (OperationCanceledException)
        {
            // Our own: the end came while there was nothing to wait for.
        }
        finally
        {
            (_isEnding, _hasEnded) = (true, true);
            _user.Loop.Disarm(this);
            _user.End(this);
            _schedule.Leave(this);
        }
    }

    /// <summary>A message of a rate for all sockets is this one's to send.</summary>
    internal void Give(long dueAt)
    {
        if (!((GivenMoments)_moments).TryGive(dueAt))
            _recorder.Drop(1);
        else if (!_isSending && !_isHeld)
            Turn();
    }

    internal override void Fire(long dueAt)
    {
        // Only what waited for its moment is the generator's lateness.
        if (dueAt == _moments.Next)
            _user.Share.RunLoop.Watch?.CountLateness(_user.Loop.StampedAt - dueAt);
        Turn();
    }

    /// <summary>The user is to stop: what is due now is sent, what is in flight is waited for.</summary>
    internal override void Stop()
    {
        _user.End(this);
        if (_isEnding)
            return;
        long now = _user.Loop.Now;
        SendWhatIsDue(now);
        End(now);
        Arm();
        EndWait();
    }

    private void Turn()
    {
        long now = _user.Loop.Now;
        GiveUpReplies(now);
        if (!_isEnding)
            SendWhatIsDue(Math.Min(now, _endAt - 1));
        if (!_isEnding && now >= _endAt)
            End(_endAt);
        Arm();
        EndWait();
    }

    /// <summary>No further messages: what was due before, or was given to this socket, and has not been sent is dropped.</summary>
    private void End(long at)
    {
        _isEnding = true;
        _recorder.Drop(_moments.TakeBefore(_moments is GivenMoments ? long.MaxValue : at));
        _schedule.Leave(this);
    }

    /// <summary>Nothing is waited for: the receive that may be under way ends.</summary>
    private void EndWait()
    {
        if (IsOver)
            _socket.CancelReceive();
    }

    private void Arm()
    {
        long at = _inFlight.OldestSentAt == long.MaxValue ? long.MaxValue : _inFlight.OldestSentAt + _schedule.ReplyNanoseconds;
        if (!_isEnding)
            at = Math.Min(at, _isSending || _isHeld ? _endAt : Math.Min(_endAt, _moments.Next));
        if (at < long.MaxValue)
            _user.Loop.Arm(this, at);
        else
            _user.Loop.Disarm(this);
    }

    private void SendWhatIsDue(long now)
    {
        _isHeld = false;
        for (int sent = 0; sent < MaxInARow && !_isSending && _failure is null && _moments.Next <= now; sent++)
        {
            if (_schedule.DropNanoseconds < now)
                _recorder.Drop(_moments.TakeBefore(now - _schedule.DropNanoseconds));
            if (_moments.Next > now)
                return;
            _isHeld = _inFlight.Count >= _schedule.InFlight || _inFlight.IsFull;
            if (_isHeld)
                return;
            long dueAt = _moments.Next;
            _moments.Take();
            Send(dueAt);
        }
    }

    private void Send(long dueAt)
    {
        try
        {
            ReadOnlyMemory<byte> payload = _generator?.For(_user) ?? _payload;
            long sentAt = _user.Loop.Now;
            if (!_inFlight.TryAdd(dueAt, sentAt, KeyOf(payload.Span)))
                throw new InvalidOperationException("A message has the key of another one in flight on its socket: keys of a schedule must differ.");
            if (sentAt - dueAt > MessageSchedule.LateNanoseconds)
                _recorder.Late();
            Await(_socket.SendAsync(payload));
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void Await(ValueTask sending)
    {
        _sending = sending.GetAwaiter();
        if (_sending.IsCompleted)
        {
            _sending.GetResult();
            return;
        }

        // One at a time: what comes due meanwhile is late, and shows that it was.
        _isSending = true;
        _sending.UnsafeOnCompleted(_onSent);
    }

    private long KeyOf(ReadOnlySpan<byte> payload) => _schedule.Match.Key is not { } read
        ? 0
        : read(payload) ?? throw new InvalidOperationException("A message has no key that the schedule's match could find: its reply would never be known.");

    private void OnSent()
    {
        _isSending = false;
        try
        {
            _sending.GetResult();
        }
        catch (Exception error)
        {
            Fail(error);
        }

        // After the end the socket is its script's again.
        if (!_hasEnded)
            Turn();
    }

    private void OnReceived(ReceivedMessage message)
    {
        if (!TryMatch(message, out MessagesInFlight.Entry sent))
            _recorder.Unmatched();
        else if (sent.IsOpen)
            _recorder.Record(message.ReceivedAt - sent.DueAt, message.ReceivedAt - sent.SentAt);
        if (_isHeld)
            Turn();
    }

    private bool TryMatch(ReceivedMessage message, out MessagesInFlight.Entry sent)
    {
        if (_schedule.Match.Key is not { } read)
            return _inFlight.TryTakeOldest(out sent);
        sent = default;
        return read(message.Span) is { } key && _inFlight.TryTake(key, out sent);
    }

    private void GiveUpReplies(long now)
    {
        while (_inFlight.OldestSentAt < long.MaxValue && now - _inFlight.OldestSentAt >= _schedule.ReplyNanoseconds)
        {
            _inFlight.GiveUpOldest();
            Share.CountFailure(_recorder, _schedule.NoReply, _user, error: null);
        }
    }

    /// <summary>Something of ours threw, or the socket would not send: everything ends with that.</summary>
    private void Fail(Exception error)
    {
        if (_failure is not null || _hasEnded)
            return;
        _failure = error;
        EndWait();
    }

    /// <summary>The socket is of no use any more: each message in flight has failed, and what was due is dropped.</summary>
    private void FailAll(Exception error)
    {
        Outcome outcome = Outcome.Of(error, _user);
        if (_inFlight.Count > 0)
            _user.CountFailedStep(outcome);
        for (; _inFlight.Count > 0; _inFlight.GiveUpOldest())
            Share.CountFailure(_recorder, outcome, _user, error);
        if (!_isEnding)
            End(Math.Min(_user.Loop.Now, _endAt));
    }
}
