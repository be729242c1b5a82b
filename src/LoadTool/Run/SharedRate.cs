using LoadTool.Sockets;

namespace LoadTool;

/// <summary>
/// One loop's part of a rate for all sockets: of the numbers 0, 1, 2 … it takes every n-th, where n is the count of loops, and gives each to the
/// next of its living sockets in turn. It begins with the loop's first socket of a load. With none alive any more the work is dropped, and counted.
/// </summary>
internal sealed class SharedRate(double perSecond, RunLoop loop) : LoopTimer
{
    /// <summary>Numbers given without a look at the loop.</summary>
    private const int MaxInARow = 64;

    private readonly List<PacedSocket> _living = [];
    private readonly HashSet<ScenarioShare> _shares = [];
    private EvenMoments? _moments;
    private PhaseContext? _begunIn;
    private StepRecorder? _recorder;
    private uint _turn;

    internal void Join(PacedSocket socket)
    {
        // Also after a warm-up, or when all scenarios that used it had stopped: what lay between was nobody's.
        if (!ReferenceEquals(_begunIn, socket.Share.Phase))
            _moments = null;
        _moments ??= Part(loop.Now);
        (_begunIn, _recorder) = (socket.Share.Phase, socket.Recorder);
        _living.Add(socket);
        if (_shares.Add(socket.Share))
            socket.Share.Stopped += OnStopped;
        loop.Loop.Arm(this, _moments.Next);
    }

    internal void Leave(PacedSocket socket)
    {
        int place = _living.IndexOf(socket);
        if (place >= 0)
            _living.RemoveAt(place);
    }

    /// <summary>Another loop has begun: should none of this loop's users ever bring a socket, its whole part is dropped.</summary>
    internal void Expect(ScenarioShare share, string step, long startAt)
    {
        share.Stopped += () =>
        {
            if (!ReferenceEquals(_begunIn, share.Phase))
                share.FindStep(step).Drop(Part(startAt).TakeBefore(loop.Now));
        };
    }

    internal override void Fire(long dueAt)
    {
        GiveBefore(loop.Now + 1, atMost: MaxInARow);
        loop.Loop.Arm(this, _moments!.Next);
    }

    /// <summary>A scenario stops, and its users do not know yet: they get what was due, to send it or to drop it.</summary>
    private void OnStopped()
    {
        if (_moments is null || _living.Exists(socket => !socket.Share.IsStopping))
            return;
        GiveBefore(loop.Now, atMost: int.MaxValue);
        loop.Loop.Disarm(this);
        _moments = null;
    }

    private void GiveBefore(long end, int atMost)
    {
        for (int given = 0; given < atMost && _moments!.Next < end; given++)
        {
            long moment = _moments.Next;
            _moments.Take();
            if (_living.Count == 0)
                _recorder!.Drop(1);
            else
                _living[(int)(_turn++ % (uint)_living.Count)].Give(moment);
        }
    }

    /// <summary>The loops' parts lie between each other.</summary>
    private EvenMoments Part(long startAt) => new(perSecond / loop.Count, startAt + (long)Math.Round(loop.Index * 1e9 / perSecond));
}
