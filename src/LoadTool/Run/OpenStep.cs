using LoadTool.Sockets;

namespace LoadTool;

/// <summary>What a <see cref="StepScope"/> stands for while it is open. Pooled by its share; a version tells a stale scope from the current one.</summary>
internal sealed class OpenStep(ScenarioShare share)
{
    /// <summary>Tags of one step at a time.</summary>
    private const int MaxTags = 8;

    private StepRecorder _recorder = null!;
    private VirtualUser _user = null!;
    private long _intendedAt;
    private long _startedAt;
    private long _heldBefore;
    private bool _ended;
    private OpenStep? _outer;
    private TaggedStep[]? _tags;
    private int _tagCount;

    internal int Version { get; private set; }

    internal OpenStep? NextIdle { get; set; }

    internal EventLoop Loop => share.Loop;

    internal VirtualUser User => _user;

    /// <summary>Null once it has ended, for who looks from another thread.</summary>
    internal string? Name => _recorder?.Name;

    internal void Open(StepRecorder recorder, VirtualUser user, long intendedAt, long startedAt)
    {
        (_recorder, _user, _intendedAt, _startedAt, _heldBefore, _ended) = (recorder, user, intendedAt, startedAt, user.Held, false);
        (_outer, user.Step) = (user.Step, this);
    }

    internal bool TryEnd()
    {
        bool first = !_ended;
        _ended = true;
        share.Loop.Actor = _user;
        return first;
    }

    /// <summary>Waits for a turn to connect are no latency of the target's.</summary>
    internal void Record(long endedAt)
    {
        long held = _user.Held - _heldBefore;
        long sinceIntended = endedAt - _intendedAt - held, sinceStarted = endedAt - _startedAt - held;
        _recorder.Record(sinceIntended, sinceStarted);
        for (int i = 0; i < _tagCount; i++)
            _tags![i].Recorder.Record(sinceIntended, sinceStarted);
    }

    internal bool Check(string name, bool condition) => share.Checks.Count(name, condition);

    /// <summary>Counts the step under a tag's value as well; the last value of a tag is the one that counts.</summary>
    internal void Tag(string tag, string value)
    {
        if (_ended)
            throw new InvalidOperationException($"Tag \"{tag}\" comes after step \"{_recorder.Name}\" was marked: tag it before.");
        TaggedStep tagged = share.Tagged.Find(_recorder, tag, value);
        _tags ??= new TaggedStep[MaxTags];
        int place = 0;
        while (place < _tagCount && _tags[place].Tag != tag)
            place++;
        if (place == MaxTags)
            throw new InvalidOperationException($"Step \"{_recorder.Name}\" has more than {MaxTags} tags.");
        _tags[place] = tagged;
        _tagCount = Math.Max(_tagCount, place + 1);
    }

    internal void Fail(Outcome outcome, Exception? error = null)
    {
        _user.CountFailedStep(outcome);
        share.CountFailure(_recorder, outcome, _user, error);
        for (int i = 0; i < _tagCount; i++)
            share.CountFailure(_tags![i].Recorder, outcome, _user, error);
        if (error is not null)
            share.ReportScriptError(outcome, error);
    }

    internal void Close()
    {
        if (!_ended)
        {
            _user.AddFailedStep(_recorder);
            for (int i = 0; i < _tagCount; i++)
                _user.AddFailedStep(_tags![i].Recorder);
        }

        share.Loop.Actor = _user;
        share.RunLoop.Watch?.EndStep(_recorder.Name, _user);
        LeaveUser();
        _tagCount = 0;
        Version++;
        (_recorder, _user) = (null!, null!);
        share.Return(this);
    }

    /// <summary>Steps side by side need not end in the order they began.</summary>
    private void LeaveUser()
    {
        if (ReferenceEquals(_user.Step, this))
        {
            _user.Step = _outer;
        }
        else
        {
            OpenStep? inner = _user.Step;
            while (inner is not null && !ReferenceEquals(inner._outer, this))
                inner = inner._outer;
            if (inner is not null)
                inner._outer = _outer;
        }

        _outer = null;
    }
}
