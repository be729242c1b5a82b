using System.Net;
using System.Net.Sockets;
using LoadTool.Sockets;

namespace LoadTool.Tests.Engine;

/// <summary>Connections of memory, byte by byte.</summary>
public sealed class SimulatedNetworkTests
{
    private const long Delay = 1_000_000;

    private static readonly IPEndPoint Server = new(IPAddress.Parse("10.1.2.3"), 80);

    private readonly SimulatedWorld _world = new(seed: 1, "a test");
    private readonly SimulatedLoop _clients;
    private readonly SimulatedLoop _servers;
    private readonly Ear _client = new();
    private readonly Ear _server = new();

    public SimulatedNetworkTests() => (_clients, _servers) = (_world.AddLoop("clients"), _world.AddLoop("servers"));

    [Fact]
    public void A_connection_stands_after_a_round_trip_and_bytes_arrive_after_a_delay()
    {
        Connect(new SimulatedRules { Delay = Delay });
        Assert.Equal([("connected", 2 * Delay)], _client.Heard);
        long sentAt = Now;
        Do(() => _client.Connection!.Send("hello"u8));
        Run(Delay);

        Assert.Equal(("5 bytes", sentAt + Delay), _server.Heard.Last());
        Assert.Equal("hello"u8, _server.Bytes);
    }

    [Fact]
    public void Bytes_split_at_every_byte_come_one_by_one_and_in_order()
    {
        Connect(new SimulatedRules { Delay = Delay, PieceBytes = 1 });
        Do(() => _client.Connection!.Send("hello"u8));
        Run(Delay);

        Assert.Equal(5, _server.Heard.Count(heard => heard.What == "1 bytes"));
        Assert.Equal("hello"u8, _server.Bytes);
    }

    [Fact]
    public void More_than_the_window_waits_until_the_reader_has_read()
    {
        byte[] message = new byte[3 * SimulatedConnection.WindowBytes + 7];
        new Random(5).NextBytes(message);
        Connect(new SimulatedRules { Delay = Delay });
        Do(() => _server.Connection!.PauseReceiving());
        Do(() => Assert.Equal(SocketError.WouldBlock, _client.Connection!.Send(message)));
        Run(100 * Delay);
        Assert.Empty(_server.Bytes);
        Assert.Equal(message.Length - SimulatedConnection.WindowBytes, _client.Connection!.PendingBytes);

        Do(() => _server.Connection!.ResumeReceiving());
        Run(100 * Delay);

        Assert.Equal(message, _server.Bytes);
        Assert.Equal("drained", _client.Heard.Last().What);
        Assert.Equal(0, _client.Connection.PendingBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public void A_reset_comes_after_exactly_so_many_bytes_and_to_both_ends(int bytes)
    {
        Connect(new SimulatedRules { Delay = Delay, ResetAfterBytes = bytes });
        Do(() => _client.Connection!.Send("0123456789"u8));
        Run(Delay);

        Assert.Equal("0123456789"u8[..bytes], _server.Bytes);
        Assert.Equal("ConnectionReset", _server.Heard.Last().What);
        Assert.Equal("ConnectionReset", _client.Heard.Last().What);
        Assert.Equal(0, _clients.Counters.Connections + _servers.Counters.Connections);
    }

    [Fact]
    public void An_end_follows_all_bytes_and_the_other_way_stays_open()
    {
        Connect(new SimulatedRules { Delay = Delay });
        Do(() =>
        {
            _client.Connection!.Send("last"u8);
            _client.Connection.ShutdownSend();
        });
        Run(Delay);
        Assert.Equal(["4 bytes", "end"], _server.Heard.Select(heard => heard.What).TakeLast(2));

        Do(() => _server.Connection!.Send("answer"u8));
        Run(Delay);
        Assert.Equal("answer"u8, _client.Bytes);
    }

    [Fact]
    public void Who_sends_to_an_end_that_is_gone_is_reset_a_round_trip_later()
    {
        Connect(new SimulatedRules { Delay = Delay });
        Do(() => _server.Connection!.Close());
        long sentAt = Now;
        Do(() => _client.Connection!.Send("hello"u8));
        Run(2 * Delay);

        Assert.Equal([("end", sentAt + Delay), ("ConnectionReset", sentAt + 2 * Delay)], _client.Heard.TakeLast(2));
    }

    [Fact]
    public void Who_does_not_read_is_told_of_a_reset_all_the_same()
    {
        Connect(new SimulatedRules { Delay = Delay });
        Do(() => _client.Connection!.PauseReceiving());
        Do(() =>
        {
            _server.Connection!.Send("unread"u8);
            _server.Connection.Close(reset: true);
        });
        Run(Delay);

        Assert.Equal("ConnectionReset", _client.Heard.Last().What);
        Assert.Empty(_client.Bytes);
    }

    [Fact]
    public void What_arrives_in_a_stall_arrives_at_its_end_and_nothing_else_is_late()
    {
        Connect(new SimulatedRules { Delay = Delay, Stalls = [(10 * Delay, 5 * Delay)] });
        for (int moment = 3; moment < 20; moment++)
        {
            Run(moment * Delay - Now);
            Do(() => _client.Connection!.Send([1]));
        }

        Run(5 * Delay);
        long[] arrivals = [.. _server.Heard.Where(heard => heard.What == "1 bytes").Select(heard => heard.At / Delay)];
        Assert.Equal([4, 5, 6, 7, 8, 9, 15, 15, 15, 15, 15, 15, 16, 17, 18, 19, 20], arrivals);
    }

    [Fact]
    public void Nobody_s_place_refuses_a_round_trip_later()
    {
        Do(() => _client.Connection = _clients.Connect(Server, ConnectionOptions.Default, _client));
        Run(10 * SimulatedRules.DefaultDelay);

        Assert.Equal([("ConnectionRefused", 2 * SimulatedRules.DefaultDelay)], _client.Heard);
    }

    [Fact]
    public void A_place_is_listened_at_once_and_free_again_when_closed()
    {
        Listener listener = _servers.Listen(Server, _server);
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => _servers.Listen(Server, _server)).SocketErrorCode);
        listener.Close();
        Assert.Equal(Server, _servers.Listen(Server, _server).LocalEndPoint);
    }

    [Fact]
    public async Task Names_have_addresses_that_are_made_up_and_always_the_same()
    {
        IPAddress address = Assert.Single(await _clients.ResolveAsync("some.name"));
        Assert.Equal(address, Assert.Single(await _servers.ResolveAsync("Some.Name")));
        Assert.NotEqual(address, Assert.Single(await _clients.ResolveAsync("other.name")));
        Assert.Equal(IPAddress.Loopback, Assert.Single(await _clients.ResolveAsync("localhost")));
    }

    [Fact]
    public void Keys_are_the_seed_s()
    {
        uint[] Keys(long seed) => [.. Enumerable.Repeat(new SimulatedWorld(seed, "a test").AddLoop("a").MaskKeys, 2_000).Select(keys => keys.Next())];
        Assert.Equal(Keys(1), Keys(1));
        Assert.NotEqual(Keys(1), Keys(2));
        Assert.Equal(2_000, Keys(1).Distinct().Count());
    }

    private long Now => _world.Clock.GetTimestamp();

    private void Connect(SimulatedRules rules)
    {
        _world.Network.Rules = rules;
        _servers.Listen(Server, _server);
        Do(() => _client.Connection = _clients.Connect(Server, ConnectionOptions.Default, _client));
        Run(2 * rules.Delay);
    }

    /// <summary>Does something now, and whatever follows of it at this moment.</summary>
    private void Do(Action action) => _world.Run(() =>
    {
        action();
        return Task.FromResult(true);
    });

    private void Run(long nanoseconds) => _world.Run(async () =>
    {
        await Task.Delay(LoopTime.Span(nanoseconds), _world.Clock);
        return true;
    });

    /// <summary>Writes down what an end is told, and when.</summary>
    private sealed class Ear : IConnectionHandler, IListenerHandler
    {
        private readonly List<byte> _bytes = [];

        public Connection? Connection { get; set; }

        public List<(string What, long At)> Heard { get; } = [];

        public byte[] Bytes => [.. _bytes];

        public void OnAccepted(Connection connection)
        {
            Connection = connection;
            connection.Handler = this;
        }

        public void OnAcceptFailed(SocketError error) => Hear(error.ToString());

        public void OnConnected() => Hear("connected");

        public void OnReceived(Memory<byte> bytes, long receivedAt)
        {
            _bytes.AddRange(bytes.Span);
            Hear($"{bytes.Length} bytes");
        }

        public void OnEnd() => Hear("end");

        public void OnSendDrained() => Hear("drained");

        public void OnFailed(SocketError error) => Hear(error.ToString());

        private void Hear(string what)
        {
            // The owner of what is told is the loop whose turn it is.
            Assert.True(Connection!.Loop.IsCurrent);
            Heard.Add((what, Connection.Loop.Now));
        }
    }
}
