using LoadTool.Sockets;

namespace LoadTool;

/// <summary>What a <see cref="StepScope"/> stands for while it is open. Pooled by its share; a version tells a stale scope from the current one.</summary>
internal sealed class OpenStep(ScenarioShare share)
{
    private StepRecorder _recorder = null!;
    private VirtualUser _user = null!;
    private long _intendedAt;
    private long _startedAt;
    private long _heldBefore;
    private bool _ended;

    internal int Version { get; private set; }

    internal OpenStep? NextIdle { get; set; }

    internal EventLoop Loop => share.Loop;

    internal VirtualUser User => _user;

    internal void Open(StepRecorder recorder, VirtualUser user, long intendedAt, long startedAt)
    {
        (_recorder, _user, _intendedAt, _startedAt, _heldBefore, _ended) = (recorder, user, intendedAt, startedAt, user.Held, false);
    }

    internal bool TryEnd()
    {
        bool first = !_ended;
        _ended = true;
        return first;
    }

    /// <summary>Waits for a turn to connect are no latency of the target's.</summary>
    internal void Record(long endedAt)
    {
        long held = _user.Held - _heldBefore;
        _recorder.Record(endedAt - _intendedAt - held, endedAt - _startedAt - held);
    }

    internal void Fail(Outcome outcome, Exception? error = null)
    {
        _user.CountFailedStep(outcome);
        share.CountFailure(_recorder, outcome);
        if (error is not null)
            share.ReportScriptError(outcome, error);
    }

    internal void Close()
    {
        if (!_ended)
            _user.AddFailedStep(_recorder);
        Version++;
        (_recorder, _user) = (null!, null!);
        share.Return(this);
    }
}
