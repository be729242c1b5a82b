using LoadTool.Sockets;

namespace LoadTool;

/// <summary>
/// One loop's part of a rate for all sockets: of the numbers 0, 1, 2 … it takes every n-th, where n is the count of loops, and gives each to the
/// next of its living sockets in turn. It begins with the loop's first socket. With none alive any more the work is dropped, and counted.
/// </summary>
internal sealed class SharedRate(double perSecond, RunLoop loop) : LoopTimer
{
    /// <summary>Numbers given without a look at the loop.</summary>
    private const int MaxInARow = 64;

    private readonly List<PacedSocket> _living = [];
    private EvenMoments? _moments;
    private ScenarioShare? _share;
    private StepRecorder? _recorder;
    private uint _turn;

    internal void Join(PacedSocket socket)
    {
        if (!HasBegunIn(socket.Share.Phase))
            _moments = Part(loop.Now);
        (_share, _recorder) = (socket.Share, socket.Recorder);
        _living.Add(socket);
        loop.Loop.Arm(this, _moments!.Next);
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
            if (!HasBegunIn(share.Phase))
                share.FindStep(step).Drop(Part(startAt).TakeBefore(loop.Now));
        };
    }

    internal override void Fire(long dueAt)
    {
        for (int given = 0; given < MaxInARow && _moments!.Next <= loop.Now; given++)
        {
            long moment = _moments.Next;
            _moments.Take();
            if (_living.Count == 0)
                _recorder!.Drop(1);
            else
                _living[(int)(_turn++ % (uint)_living.Count)].Give(moment);
        }

        // What is alive after the stop is sending its last; a schedule without sockets goes on to count what it cannot send.
        if (!_share!.IsStopping)
            loop.Loop.Arm(this, _moments!.Next);
    }

    /// <summary>False in the load after a warm-up until that brings its own first socket.</summary>
    private bool HasBegunIn(PhaseContext phase) => ReferenceEquals(_share?.Phase, phase);

    /// <summary>The loops' parts lie between each other.</summary>
    private EvenMoments Part(long startAt) =>
        new(perSecond / loop.Count, startAt + (long)Math.Round(loop.Index * 1e9 / perSecond));
}
