using System.Threading.Tasks.Sources;
using LoadTool.Sockets;

namespace LoadTool;

/// <summary>
/// Turns at an even rate, for <c>await foreach</c>: each comes at its moment, or at once when that has passed already, so that
/// a stall delays turns and drops none. Ends when the user is to stop. Made by <see cref="VirtualUser.Pace"/>.
/// </summary>
public sealed class Pace
{
    private readonly Waiter _waiter;

    internal Pace(VirtualUser user, double perSecond) => _waiter = new Waiter(user, perSecond);

    /// <summary>For <c>await foreach</c>.</summary>
    /// <returns>This pace.</returns>
    public Pace GetAsyncEnumerator() => this;

    /// <summary>The turn that has come.</summary>
    public Turn Current => _waiter.Turn;

    /// <summary>Waits for the next turn.</summary>
    /// <returns>False when the user is to stop.</returns>
    public ValueTask<bool> MoveNextAsync() => _waiter.NextAsync();

    private sealed class Waiter : UserWait, IValueTaskSource<bool>
    {
        private const double NanosecondsPerSecond = 1e9;

        /// <summary>Turns given without a look at the loop: a pace too fast to be kept must not keep the loop from its sockets.</summary>
        private const int MaxTurnsInARow = 16;

        private readonly VirtualUser _user;
        private readonly double _interval;
        private readonly long _start;
        private LoopCompletion<bool> _wait;
        private long _number = -1;
        private int _turnsInARow;

        internal Waiter(VirtualUser user, double perSecond)
        {
            if (!(perSecond > 0) || double.IsInfinity(perSecond))
                throw new ArgumentOutOfRangeException(nameof(perSecond), perSecond, "A pace is more than zero turns per second.");
            _user = user;
            _interval = NanosecondsPerSecond / perSecond;

            // Users that start together are spread over the first interval, or they would all send in the same instant for ever.
            _start = user.Loop.Now + (long)(user.Phase * _interval);
        }

        internal Turn Turn { get; private set; }

        internal ValueTask<bool> NextAsync()
        {
            if (_user.Stopping)
                return new ValueTask<bool>(false);
            _number++;
            Turn = new Turn(_number, _start + (long)Math.Round(_number * _interval));
            if (Turn.DueAt <= _user.Loop.StampedAt && ++_turnsInARow < MaxTurnsInARow)
                return new ValueTask<bool>(true);
            _turnsInARow = 0;
            short token = _wait.Begin();
            _user.Begin(this);
            _user.Loop.Arm(this, Turn.DueAt);
            return new ValueTask<bool>(this, token);
        }

        internal override void Fire(long dueAt)
        {
            _user.Share.RunLoop.Watch?.CountLateness(_user.Loop.StampedAt - dueAt);
            _user.End(this);
            _wait.SetResult(true);
        }

        internal override void Stop()
        {
            _user.Loop.Disarm(this);
            _user.End(this);
            _wait.SetResult(false);
        }

        public bool GetResult(short token) => _wait.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _wait.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _wait.OnCompleted(continuation, state, token, _user.Loop);
    }
}
