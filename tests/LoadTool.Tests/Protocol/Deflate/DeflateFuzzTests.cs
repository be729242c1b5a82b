using System.IO.Compression;
using System.Text;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

/// <summary>Extension headers and compressed messages, mostly valid, damaged and cut by chance, against the models.</summary>
public sealed class DeflateFuzzTests
{
    private static readonly string[] Elements =
    [
        "permessage-deflate", "permessage-deflate; server_no_context_takeover", "permessage-deflate; client_no_context_takeover; server_max_window_bits=10",
        "permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits=\"1\\2\"", "x-other; a=b; c=\"d\"", "permessage-deflate; server_max_window_bits=15",
    ];

    private static readonly byte[][] Texts = [[], .. new[] { "a", "aaaaaaaaaaaaaaaaaaaaaaaa", "{\"id\":1,\"name\":\"é\"}", "The quick brown fox. The quick brown fox." }.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Compressed = [.. from text in Texts from level in Enum.GetValues<CompressionLevel>() select Compress(text, level)];

    [Fact]
    public void Both_sides_agree_with_the_model_on_damaged_headers() => Fuzz.Run(0.09, random =>
    {
        byte[] header = Fuzz.Mutate(random, Header(random), Header(random));
        string text = Encoding.Latin1.GetString(header);
        DeflateOptions options = new(
            random.Next(4) == 0, random.Next(4) == 0, random.Next(2) == 0 ? null : random.Next(8, 16), random.Next(2) == 0 ? null : random.Next(8, 16));
        DeflateOptions? agreed = null, taken = null;
        string answer = DeflateNegotiation.ReadAnswer(header, options, ref agreed) is not null ? "fails" : agreed?.ToString() ?? "none";
        string offers = !DeflateNegotiation.TryReadOffers(header, options, ref taken) ? "fails" : taken?.ToString() ?? "none";
        Assert.Equal((text, ExtensionModel.Answer(text, options)), (text, answer));
        Assert.Equal((text, ExtensionModel.Offers(text, options)), (text, offers));
    });

    [Fact]
    public void An_inflater_agrees_with_the_model_on_damaged_messages() => Fuzz.Run(0.01, random =>
    {
        using DeflatePair pair = new(maxMessageBytes: 1 << 20);
        SlowInflater model = new();
        for (int messages = random.Next(1, 3); messages > 0; messages--)
        {
            byte[] message = Fuzz.Mutate(random, Compressed[random.Next(Compressed.Length)], Compressed[random.Next(Compressed.Length)]);
            string expected = model.Inflate(message) is { } plain ? Convert.ToHexString(plain) : "1007";
            string actual = pair.Outcome(Cuts.Apply(message, Cuts.AtRandom(random, message.Length)));
            if (model.IsDoubtful)
                return;
            Assert.Equal((Convert.ToHexString(message), expected), (Convert.ToHexString(message), actual));
            if (expected == "1007")
                return;
        }
    });

    private static byte[] Header(Random random) =>
        Encoding.ASCII.GetBytes(string.Join(random.Next(2) == 0 ? ", " : ",", Enumerable.Range(0, random.Next(1, 3)).Select(_ => Elements[random.Next(Elements.Length)])));

    private static byte[] Compress(byte[] text, CompressionLevel level)
    {
        using MemoryStream compressed = new();
        using DeflateStream deflate = new(compressed, level);
        deflate.Write(text);
        deflate.Flush();
        byte[] bytes = compressed.ToArray();
        return bytes.Length < 4 ? [0] : bytes[..^4];
    }
}
