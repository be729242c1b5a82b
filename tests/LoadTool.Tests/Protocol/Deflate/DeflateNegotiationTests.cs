using System.Text;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

public sealed class DeflateNegotiationTests
{
    private static readonly byte[] Key = "dGhlIHNhbXBsZSBub25jZQ=="u8.ToArray();

    private static readonly string[] Values = ["", "=8", "=9", "=10", "=15", "=16", "=7", "=08", "=0", "=1", "=100", "=x", "=\"10\"", "=\"1\\0\"", "=\"\"", "=-9", " = 12", "==9", "=\"9"];

    private static readonly string[] Names =
        ["server_no_context_takeover", "client_no_context_takeover", "server_max_window_bits", "client_max_window_bits", "x", "Server_max_window_bits", ""];

    private static DeflateOptions Offer(bool clientForgets = false, bool serverForgets = false, int? client = null, int? server = null) =>
        new(clientForgets, serverForgets, client, server);

    private static string Write(DeflateOptions options, bool isOffer)
    {
        var bytes = new byte[DeflateOptions.MaxHeaderBytes];
        var writer = new HeadWriter(bytes);
        options.Append(ref writer, isOffer);
        Assert.False(writer.Overflowed);
        return Encoding.ASCII.GetString(bytes, 0, writer.Written);
    }

    private static string ReadAnswer(string header, DeflateOptions offer)
    {
        DeflateOptions? agreed = null;
        string? problem = DeflateNegotiation.ReadAnswer(Encoding.Latin1.GetBytes(header), offer, ref agreed);
        return problem is not null ? "fails" : agreed?.ToString() ?? "none";
    }

    private static string ReadOffers(string header, DeflateOptions wanted)
    {
        DeflateOptions? agreed = null;
        return !DeflateNegotiation.TryReadOffers(Encoding.Latin1.GetBytes(header), wanted, ref agreed) ? "fails" : agreed?.ToString() ?? "none";
    }

    [Fact]
    public void An_offer_is_one_header_and_a_full_window_is_offered_as_browsers_do()
    {
        Assert.Equal("Sec-WebSocket-Extensions: permessage-deflate\r\n", Write(Offer(), isOffer: true));
        Assert.Equal("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", Write(DeflateOptions.OfBrowsers, isOffer: true));
        Assert.Equal(
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15; client_max_window_bits=10\r\n",
            Write(Offer(clientForgets: true, serverForgets: true, client: 10, server: 15), isOffer: true));
        Assert.Equal(
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15\r\n", Write(DeflateOptions.OfBrowsers, isOffer: false));
    }

    [Theory]
    [InlineData(7, null)]
    [InlineData(16, null)]
    [InlineData(null, 7)]
    [InlineData(null, 16)]
    public void A_window_that_is_not_of_8_to_15_bits_is_an_invalid_argument(int? client, int? server) =>
        Assert.Throws<ArgumentException>(() => Offer(client: client, server: server).Validate());

    [Fact]
    public void Every_window_of_8_to_15_bits_may_be_offered()
    {
        Offer().Validate();
        for (int bits = 8; bits <= 15; bits++)
            Offer(client: bits, server: bits).Validate();
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(" ", true)]
    [InlineData("permessage-deflate", true)]
    [InlineData("permessage-deflate,", true)]
    [InlineData(", permessage-deflate ; server_max_window_bits = \"10\"", true)]
    [InlineData("permessage-deflate; server_max_window_bits=8", true)]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=8", true)]
    [InlineData("permessage-deflate; client_max_window_bits=12", true)]
    [InlineData("permessage-deflate, permessage-deflate", false)]
    [InlineData("permessage-deflate, x", false)]
    [InlineData("x", false)]
    [InlineData("PerMessage-Deflate", false)]
    [InlineData("permessage-deflate; x", false)]
    [InlineData("permessage-deflate; client_max_window_bits", false)]
    [InlineData("permessage-deflate; client_max_window_bits=13", false)]
    [InlineData("permessage-deflate; server_max_window_bits", false)]
    [InlineData("permessage-deflate; server_max_window_bits=7", false)]
    [InlineData("permessage-deflate; server_max_window_bits=16", false)]
    [InlineData("permessage-deflate; server_max_window_bits=08", false)]
    [InlineData("permessage-deflate; server_max_window_bits=010", false)]
    [InlineData("permessage-deflate; server_max_window_bits=+9", false)]
    [InlineData("permessage-deflate; server_max_window_bits=", false)]
    [InlineData("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", false)]
    [InlineData("permessage-deflate; server_no_context_takeover=1", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover", false)]
    [InlineData("permessage-deflate; client_no_context_takeover=\"\"", false)]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover", false)]
    [InlineData("permessage-deflate;", false)]
    [InlineData("permessage-deflate; =10", false)]
    [InlineData("permessage-deflate x", false)]
    [InlineData("permessage-deflate; server_max_window_bits=\"10", false)]
    [InlineData("permessage-deflate; server_max_window_bits=\"1 0\"", false)]
    [InlineData("é", false)]
    public void A_client_that_offered_a_window_of_12_bits_judges_the_answer(string header, bool isAccepted) =>
        Assert.Equal(isAccepted, ReadAnswer(header, Offer(client: 12)) != "fails");

    [Fact]
    public void What_was_asked_of_the_server_must_be_in_its_answer()
    {
        Assert.Equal("fails", ReadAnswer("permessage-deflate", Offer(serverForgets: true)));
        Assert.Equal("fails", ReadAnswer("permessage-deflate", Offer(server: 15)));
        Assert.Equal("fails", ReadAnswer("permessage-deflate; server_max_window_bits=11", Offer(server: 10)));
        Assert.Equal(Offer(serverForgets: true, server: 9).ToString(), ReadAnswer("permessage-deflate; server_max_window_bits=9; server_no_context_takeover", Offer(serverForgets: true, server: 10)));
    }

    [Fact]
    public void A_server_may_limit_itself_unasked_and_the_client_only_where_it_offered()
    {
        Assert.Equal(Offer(serverForgets: true, server: 9).ToString(), ReadAnswer("permessage-deflate; server_max_window_bits=9; server_no_context_takeover", Offer()));
        Assert.Equal(Offer(clientForgets: true).ToString(), ReadAnswer("permessage-deflate; client_no_context_takeover", Offer()));
        Assert.Equal("fails", ReadAnswer("permessage-deflate; client_max_window_bits=15", Offer()));
        Assert.Equal(Offer(client: 9).ToString(), ReadAnswer("permessage-deflate; client_max_window_bits=9", DeflateOptions.OfBrowsers));
    }

    [Fact]
    public void The_clients_own_promises_hold_when_the_server_does_not_repeat_them() =>
        Assert.Equal(Offer(clientForgets: true, client: 10).ToString(), ReadAnswer("permessage-deflate", Offer(clientForgets: true, client: 10)));

    /// <summary>The offers of RFC 7692, sections 7.1 and 8.1, and what a server with no wishes of its own answers.</summary>
    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits; server_max_window_bits=10", "permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; client_max_window_bits; server_max_window_bits=10, permessage-deflate; client_max_window_bits", "permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15")]
    [InlineData("permessage-deflate; client_max_window_bits=10", "permessage-deflate; client_max_window_bits=10")]
    [InlineData("x, permessage-deflate; server_max_window_bits=99, permessage-deflate; x=1, permessage-deflate; server_max_window_bits, permessage-deflate; server_max_window_bits=\"12\"", "permessage-deflate; server_max_window_bits=12")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover, permessage-foo; x=\"a\"", null)]
    [InlineData("permessage-bzip2", null)]
    [InlineData("", null)]
    public void A_server_takes_the_first_offer_it_can_honour(string offers, string? answer)
    {
        string expected = answer is null ? "none" : "Sec-WebSocket-Extensions: " + answer + "\r\n";
        DeflateOptions? agreed = null;
        Assert.True(DeflateNegotiation.TryReadOffers(Encoding.ASCII.GetBytes(offers), Offer(), ref agreed));
        Assert.Equal(expected, agreed is { } taken ? Write(taken, isOffer: false) : "none");
    }

    [Fact]
    public void A_server_adds_its_own_wishes_but_limits_no_client_that_did_not_offer_it()
    {
        DeflateOptions wanted = Offer(clientForgets: true, serverForgets: true, client: 9, server: 11);
        Assert.Equal(Offer(clientForgets: true, serverForgets: true, server: 11).ToString(), ReadOffers("permessage-deflate", wanted));
        Assert.Equal(wanted.ToString(), ReadOffers("permessage-deflate; client_max_window_bits", wanted));
        Assert.Equal((wanted with { ServerMaxWindowBits = 10, ClientMaxWindowBits = 8 }).ToString(), ReadOffers("permessage-deflate; client_max_window_bits=8; server_max_window_bits=10", wanted));
    }

    [Fact]
    public void Both_sides_agree_with_the_model_on_random_headers()
    {
        var outcomes = new Dictionary<string, int>();
        for (int seed = 0; seed < 40_000; seed++)
        {
            var random = new Random(seed);
            string header = RandomHeader(random);
            var options = new DeflateOptions(
                random.Next(4) == 0, random.Next(4) == 0, random.Next(2) == 0 ? null : random.Next(8, 16), random.Next(2) == 0 ? null : random.Next(8, 16));
            string answer = ReadAnswer(header, options), offers = ReadOffers(header, options);
            Assert.Equal((seed, header, ExtensionModel.Answer(header, options)), (seed, header, answer));
            Assert.Equal((seed, header, ExtensionModel.Offers(header, options)), (seed, header, offers));
            foreach (string outcome in new[] { "answer " + answer[..4], "offers " + offers[..4] })
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        Assert.All(outcomes.Values, count => Assert.True(count > 500));
        Assert.Equal(6, outcomes.Count);
    }

    [Fact]
    public void A_server_accepts_every_offer_and_the_client_accepts_every_answer()
    {
        foreach (DeflateOptions offer in All())
        {
            foreach (DeflateOptions wanted in All())
            {
                DeflateOptions? taken = null, agreed = null;
                Assert.True(DeflateNegotiation.TryReadOffers(ValueOf(Write(offer, isOffer: true)), wanted, ref taken));
                Assert.Null(DeflateNegotiation.ReadAnswer(ValueOf(Write(taken!.Value, isOffer: false)), offer, ref agreed));
                Assert.Equal(offer.ServerNoContextTakeover || wanted.ServerNoContextTakeover, agreed!.Value.ServerNoContextTakeover);
                Assert.Equal(offer.ClientNoContextTakeover || wanted.ClientNoContextTakeover, agreed.Value.ClientNoContextTakeover);
                Assert.Equal(taken.Value.ServerMaxWindowBits, agreed.Value.ServerMaxWindowBits);
                Assert.Equal(taken.Value.ClientMaxWindowBits ?? 15, agreed.Value.ClientMaxWindowBits ?? 15);
            }
        }
    }

    [Fact]
    public void A_handshake_carries_the_offer_and_the_answer()
    {
        var buffer = new byte[1024];
        DeflateOptions offer = Offer(serverForgets: true, client: 12);
        var request = new UpgradeRequest("example.com", 80, "/", IsSecure: false, ["a"], [new("X", "y")], offer);
        Assert.True(ClientHandshake.TryWriteRequest(buffer, request, Key, out int written));
        for (int room = 0; room < written; room++)
            Assert.False(ClientHandshake.TryWriteRequest(buffer.AsSpan(0, room), request, Key, out _));
        byte[] head = buffer[..written];
        Assert.Null(ServerHandshake.Read(head).Deflate);

        ServerHandshakeResult found = ServerHandshake.Read(head, Offer(server: 9));
        Assert.Equal(101, found.Status);
        Assert.Equal(Offer(serverForgets: true, client: 12, server: 9), found.Deflate);
        var answer = new byte[ServerHandshake.MaxAnswerBytes];
        Assert.True(ServerHandshake.TryWriteAccept(answer, Key, "a", out int answerBytes, found.Deflate));
        HandshakeResult result = ClientHandshake.Read(answer.AsSpan(0, answerBytes), Key, ["a"], offer);
        Assert.Equal(new(HandshakeOutcome.Accepted, "a", Deflate: found.Deflate), result);
        Assert.Equal(HandshakeOutcome.UnofferedExtension, ClientHandshake.Read(answer.AsSpan(0, answerBytes), Key, ["a"]).Outcome);
        Assert.Equal(HandshakeOutcome.Invalid, ClientHandshake.Read(answer.AsSpan(0, answerBytes), Key, ["a"], Offer(server: 8)).Outcome);
    }

    [Fact]
    public void Offers_and_answers_in_several_headers_count_as_one_list()
    {
        string request = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Extensions: x\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        Assert.Equal(Offer(server: 9), ServerHandshake.Read(Encoding.ASCII.GetBytes(request), Offer()).Deflate);
        string malformed = request.Replace("Extensions: x", "Extensions: x;", StringComparison.Ordinal);
        Assert.Equal(400, ServerHandshake.Read(Encoding.ASCII.GetBytes(malformed), Offer()).Status);

        string answer = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: permessage-deflate\r\n";
        Assert.Equal(HandshakeOutcome.Accepted, ClientHandshake.Read(Encoding.ASCII.GetBytes(answer + "\r\n"), Key, [], Offer()).Outcome);
        Assert.Equal(HandshakeOutcome.Invalid, ClientHandshake.Read(Encoding.ASCII.GetBytes(answer + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"), Key, [], Offer()).Outcome);
    }

    [Fact]
    public void Negotiating_allocates_nothing()
    {
        byte[] header = "permessage-deflate; server_max_window_bits=9; client_max_window_bits=\"1\\0\"; server_no_context_takeover"u8.ToArray();
        DeflateOptions offer = Offer(serverForgets: true, client: 12, server: 12);
        int agreements = 0;
        Assert.Equal(0, Allocation.Of(() =>
        {
            DeflateOptions? agreed = null, taken = null;
            DeflateNegotiation.ReadAnswer(header, offer, ref agreed);
            DeflateNegotiation.TryReadOffers(header, offer, ref taken);
            agreements += agreed.HasValue && taken.HasValue ? 1 : 0;
        }));
        Assert.Equal(Allocation.Calls, agreements);
    }

    private static byte[] ValueOf(string line) => Encoding.ASCII.GetBytes(line["Sec-WebSocket-Extensions: ".Length..^2]);

    private static IEnumerable<DeflateOptions> All() =>
        from forgets in Enumerable.Range(0, 4)
        from client in new int?[] { null, 8, 12, 15 }
        from server in new int?[] { null, 8, 12, 15 }
        select new DeflateOptions((forgets & 1) != 0, (forgets & 2) != 0, client, server);

    private static string RandomHeader(Random random)
    {
        var header = new StringBuilder();
        for (int elements = random.Next(0, 3); elements >= 0; elements--)
        {
            header.Append(random.Next(20) == 0 ? "x" : "permessage-deflate");
            for (int parameters = random.Next(0, 4); parameters > 0; parameters--)
            {
                bool isPlausible = random.Next(8) != 0;
                string name = Names[random.Next(isPlausible ? 4 : Names.Length)];
                bool hasBits = name.EndsWith("bits", StringComparison.Ordinal);
                string value = !isPlausible ? Values[random.Next(Values.Length)] : hasBits ? "=" + random.Next(8, 16) : "";
                header.Append(random.Next(2) == 0 ? "; " : ";").Append(name).Append(value);
            }

            header.Append(elements > 0 ? random.Next(2) == 0 ? ", " : "\t,, " : "");
        }

        return random.Next(15) == 0 ? "" : random.Next(15) == 0 ? header.ToString(0, random.Next(header.Length)) : header.ToString();
    }
}
