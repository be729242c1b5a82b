using System.Net;
using LoadTool.Sockets;

namespace LoadTool.Testing;

/// <summary>
/// What a test's network does to bytes, and what its servers answer; every name and address is served alike unless <see cref="At"/> says otherwise.
/// As it is made, everything arrives after 0.1 ms and whole, and every message comes back. Moments count from the run's start, a warm-up included.
/// </summary>
public sealed class TestNetwork
{
    private readonly List<(Uri Server, TestNetwork Network)> _others = [];
    private SimulatedRules _rules = new();
    private TestServer? _server = TestServer.Echo(TimeSpan.Zero);

    internal TestNetwork()
    {
    }

    /// <summary>How long bytes take from one end to the other; a round trip takes twice that, TCP's handshake one round trip.</summary>
    /// <param name="oneWay">At least zero. With zero, users that never wait stop the clock, which ends the test with an exception.</param>
    /// <param name="jitter">At most this much is added, each value as likely as the others; order is kept.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    public TestNetwork Delay(TimeSpan oneWay, TimeSpan jitter = default) =>
        With(_rules with { Delay = Nanoseconds(oneWay, nameof(oneWay)), Jitter = Nanoseconds(jitter, nameof(jitter)) });

    /// <summary>Cuts what is sent, at places of chance: each read finds one piece.</summary>
    /// <param name="atMostBytes">Of a piece; 1 cuts at every byte.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atMostBytes"/> is less than 1.</exception>
    public TestNetwork Split(int atMostBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atMostBytes, 1);
        return With(_rules with { PieceBytes = atMostBytes });
    }

    /// <summary>Stops the network for a while: whatever would arrive then arrives at the end of it. May be called several times.</summary>
    /// <param name="from">The moment.</param>
    /// <param name="during">How long.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    public TestNetwork Stall(TimeSpan from, TimeSpan during) =>
        With(_rules with { Stalls = [.. _rules.Stalls, (Nanoseconds(from, nameof(from)), Nanoseconds(during, nameof(during)))] });

    /// <summary>Resets connections by chance: a read finds a reset in place of its bytes.</summary>
    /// <param name="chance">For each read of either end, from 0 to 1.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="chance"/> is not from 0 to 1.</exception>
    public TestNetwork Reset(double chance) => With(_rules with { ResetChance = Probability(chance) });

    /// <summary>Resets each connection that carries more than so many bytes.</summary>
    /// <param name="bytes">Bytes that arrive before, of both ways together, the handshake's too; at least 0.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    public TestNetwork ResetAfter(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return With(_rules with { ResetAfterBytes = bytes });
    }

    /// <summary>Loses attempts to connect: nothing of them arrives, so that they end with the limit of their phase (60 s).</summary>
    /// <param name="chance">For each attempt, from 0 to 1.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="chance"/> is not from 0 to 1.</exception>
    public TestNetwork LoseConnects(double chance) => With(_rules with { LossChance = Probability(chance) });

    /// <summary>Loses everything that is sent from a moment on, silently.</summary>
    /// <param name="from">The moment.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="from"/> is negative.</exception>
    public TestNetwork LoseAll(TimeSpan from) => With(_rules with { LostFrom = Nanoseconds(from, nameof(from)) });

    /// <summary>The server sends every message back.</summary>
    /// <param name="after">How long it takes over each; messages do not wait for each other.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> is negative.</exception>
    public TestNetwork Echo(TimeSpan after = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(after, TimeSpan.Zero);
        return With(TestServer.Echo(after));
    }

    /// <summary>The server answers each text message with another.</summary>
    /// <param name="answer">The answer to a message; null for none.</param>
    /// <param name="after">How long it takes over each; messages do not wait for each other.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> is negative.</exception>
    public TestNetwork Reply(Func<string, string?> answer, TimeSpan after = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentOutOfRangeException.ThrowIfLessThan(after, TimeSpan.Zero);
        return With(TestServer.Reply(answer, after));
    }

    /// <summary>The server refuses every upgrade.</summary>
    /// <param name="status">The HTTP status, from 200 to 999.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is not from 200 to 999.</exception>
    public TestNetwork RefuseUpgrade(int status)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 999);
        return With(TestServer.Refuse(status));
    }

    /// <summary>Nobody listens: TCP is refused.</summary>
    /// <returns>This network.</returns>
    public TestNetwork RefuseConnects()
    {
        _server = null;
        return this;
    }

    /// <summary>Nobody listens for a while: TCP is refused, and connections that are there stay. May be called several times.</summary>
    /// <param name="from">The moment.</param>
    /// <param name="during">How long.</param>
    /// <returns>This network.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    public TestNetwork RefuseConnects(TimeSpan from, TimeSpan during) =>
        With(_rules with { Refusals = [.. _rules.Refusals, (Nanoseconds(from, nameof(from)), Nanoseconds(during, nameof(during)))] });

    /// <summary>One server apart from the others, with a network of its own on the way to it.</summary>
    /// <param name="server">Its URI; only host and port count.</param>
    /// <param name="network">Says what they are like, from the beginning: nothing is taken over.</param>
    /// <returns>This network.</returns>
    public TestNetwork At(Uri server, Action<TestNetwork> network)
    {
        TestNetwork other = new();
        network(other);
        _others.Add((server, other));
        return this;
    }

    internal void Apply(SimulatedNetwork network, SimulatedLoop servers)
    {
        network.Rules = _rules;
        if (_server is not null)
            network.ListenEverywhere(servers, _server);
        foreach ((Uri server, TestNetwork other) in _others)
        {
            IPEndPoint place = new(IPAddress.TryParse(server.DnsSafeHost, out IPAddress? literal) ? literal : SimulatedNetwork.AddressOf(server.DnsSafeHost), server.Port);
            network.SetServer(place, other._rules, servers, other._server);
        }
    }

    private TestNetwork With(SimulatedRules rules)
    {
        _rules = rules;
        return this;
    }

    private TestNetwork With(TestServer server)
    {
        _server = server;
        return this;
    }

    private static long Nanoseconds(TimeSpan time, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
        return time.Ticks * TimeSpan.NanosecondsPerTick;
    }

    private static double Probability(double chance) =>
        chance is >= 0 and <= 1 ? chance : throw new ArgumentOutOfRangeException(nameof(chance), chance, "A probability is from 0 to 1.");
}
