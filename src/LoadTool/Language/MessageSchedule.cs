using LoadTool.Sockets;
using Windows.Networking.Sockets;

namespace LoadTool;

/// <summary>
/// Messages at an even rate on sockets that stay open, any number of them in flight, whether replies come or not: message k is due at start + k / rate.
/// Each is timed twice, from the moment it was due and from the moment it was sent. Made once, outside of the scenario's method, and run by every user.
/// </summary>
public sealed class MessageSchedule
{
    /// <summary>The most messages in flight on one socket, whatever is asked for; as many may wait to be sent where the rate is for all sockets.</summary>
    public const int MaxInFlight = 65_536;

    internal const long LateNanoseconds = 1_000_000;

    /// <summary>Long enough for any run, short enough to be added to any moment.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    private static readonly TimeSpan DefaultReplyLimit = TimeSpan.FromSeconds(60);

    private readonly double _perSecond;
    private readonly LoopSlot<SharedRate>? _shared;

    private MessageSchedule(double perSecond, bool isShared, int inFlight, MessageMatch? match, TimeSpan? dropAfter, TimeSpan? replyWithin, TimeSpan? during)
    {
        if (!(perSecond > 0) || double.IsInfinity(perSecond))
            throw new ArgumentOutOfRangeException(nameof(perSecond), perSecond, "A schedule is more than zero messages per second.");
        ArgumentOutOfRangeException.ThrowIfLessThan(inFlight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inFlight, MaxInFlight);
        TimeSpan replyLimit = replyWithin ?? DefaultReplyLimit;
        _perSecond = perSecond;
        InFlight = inFlight;
        Match = match ?? MessageMatch.InOrder;
        DropNanoseconds = Positive(dropAfter ?? Longest, nameof(dropAfter));
        ReplyNanoseconds = Positive(replyLimit, nameof(replyWithin));
        DuringNanoseconds = during is { } time ? Positive(time, nameof(during)) : null;
        NoReply = new Outcome("Timeout", string.Create(null, $"no reply within {replyLimit.TotalSeconds:0.###} s"));
        _shared = isShared ? new(loop => new SharedRate(perSecond, loop)) : null;
    }

    /// <summary>A message sent later than this past its moment counts as late: 1 ms.</summary>
    public static TimeSpan LateAfter { get; } = new(LateNanoseconds / TimeSpan.NanosecondsPerTick);

    internal int InFlight { get; }

    internal MessageMatch Match { get; }

    internal long DropNanoseconds { get; }

    internal long ReplyNanoseconds { get; }

    internal long? DuringNanoseconds { get; }

    /// <summary>How a message without a reply failed.</summary>
    internal Outcome NoReply { get; }

    /// <summary>Each socket has the rate for itself. Sockets that start together are spread over the first interval.</summary>
    /// <param name="perSecond">Messages per second and socket; more than 0.</param>
    /// <param name="inFlight">The most messages without a reply per socket, 1 to <see cref="MaxInFlight"/>. A message due past it waits, is late, and its wait is in its latency.</param>
    /// <param name="match">Which message a reply answers; in order unless said otherwise.</param>
    /// <param name="dropAfter">A message still waiting this long after its moment is dropped; by default it is sent, however late.</param>
    /// <param name="replyWithin">A message without a reply for so long has failed; 60 s by default.</param>
    /// <param name="during">How long each run lasts; by default until the user is to stop.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these limits.</exception>
    public static MessageSchedule PerSocket(
        double perSecond, int inFlight = MaxInFlight, MessageMatch? match = null, TimeSpan? dropAfter = null, TimeSpan? replyWithin = null, TimeSpan? during = null) =>
        new(perSecond, isShared: false, inFlight, match, dropAfter, replyWithin, during);

    /// <summary>
    /// All sockets together have the rate: each event loop takes an equal part of it, from its first socket on, and gives each message to the next of its
    /// living sockets. While a loop has none left, its messages are dropped, and counted.
    /// </summary>
    /// <param name="perSecond">Messages per second of the whole run; more than 0.</param>
    /// <inheritdoc cref="PerSocket"/>
#pragma warning disable CS1573 // The other parameters are documented where this inherits from.
    public static MessageSchedule ForAll(
        double perSecond, int inFlight = MaxInFlight, MessageMatch? match = null, TimeSpan? dropAfter = null, TimeSpan? replyWithin = null, TimeSpan? during = null) =>
        new(perSecond, isShared: true, inFlight, match, dropAfter, replyWithin, during);
#pragma warning restore CS1573

    /// <summary>Sends one payload again and again on a socket and receives the replies, until the user is to stop; then waits for what is in flight.</summary>
    /// <param name="step">The step that counts the messages.</param>
    /// <param name="user">Whose step it is.</param>
    /// <param name="socket">A connected socket, made by this user or on its event loop. Nothing else receives from it meanwhile.</param>
    /// <param name="payload">The message.</param>
    /// <exception cref="InvalidOperationException">The socket lives on another event loop, or a message has no key, or one that is in flight.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke or was closed: each message in flight has failed with that, too.</exception>
    public Task RunAsync([Names(NamesAttribute.Step)] string step, VirtualUser user, MessageWebSocket socket, ReadOnlyMemory<byte> payload) => RunAsync(step, user, socket, payload, null);

    /// <summary>As <see cref="RunAsync(string, VirtualUser, MessageWebSocket, ReadOnlyMemory{byte})"/>, with another message each time.</summary>
    /// <param name="step">The step that counts the messages.</param>
    /// <param name="user">Whose step it is.</param>
    /// <param name="socket">A connected socket, made by this user or on its event loop. Nothing else receives from it meanwhile.</param>
    /// <param name="payload">Makes the messages.</param>
    /// <exception cref="InvalidOperationException">The socket lives on another event loop, or a message has no key, or one that is in flight.</exception>
    /// <exception cref="WebSocketTransportException">The connection broke or was closed: each message in flight has failed with that, too.</exception>
    public Task RunAsync([Names(NamesAttribute.Step)] string step, VirtualUser user, MessageWebSocket socket, PayloadGenerator payload) => RunAsync(step, user, socket, default, payload);

    /// <summary>The socket sends no more.</summary>
    internal void Leave(PacedSocket socket) => _shared?.Of(socket.Share.RunLoop).Leave(socket);

    private Task RunAsync(string step, VirtualUser user, MessageWebSocket socket, ReadOnlyMemory<byte> payload, PayloadGenerator? generator)
    {
        if (!ReferenceEquals(socket.Loop, user.Loop))
            throw new InvalidOperationException("A schedule's socket lives on its user's event loop: make it in the scenario, or with ClientPool.FillAsync.");
        long now = user.Loop.Now;
        user.TakeIntendedAt(now);
        if (user.Stopping)
            return Task.CompletedTask;
        StepRecorder recorder = user.Share.FindStep(step);
        if (_shared is null)
            return new PacedSocket(this, user, socket, recorder, payload, generator, new EvenMoments(_perSecond, now + (long)(user.Phase * 1e9 / _perSecond))).RunAsync();
        Announce(user.Share, step, now);
        PacedSocket paced = new(this, user, socket, recorder, payload, generator, new GivenMoments());
        Task run = paced.RunAsync();
        if (!run.IsCompleted)
            _shared.Of(user.Share.RunLoop).Join(paced);
        return run;
    }

    /// <summary>The load's first socket of this schedule tells the other loops.</summary>
    private void Announce(ScenarioShare share, string step, long startAt)
    {
        if (!share.Context.IsFirst((this, share.Phase, share.Scenario)))
            return;
        foreach (ScenarioShare other in share.Phase.Shares.Where(other => ReferenceEquals(other.Scenario, share.Scenario) && !ReferenceEquals(other, share)))
            other.Loop.Post(_ => _shared!.Of(other.RunLoop).Expect(other, step, startAt), null);
    }

    private static long Positive(TimeSpan time, string name)
    {
        if (time == Timeout.InfiniteTimeSpan || time > Longest)
            time = Longest;
        return time > TimeSpan.Zero ? time.Ticks * TimeSpan.NanosecondsPerTick : throw new ArgumentOutOfRangeException(name, time, "More than no time is needed.");
    }
}
