using System.Text;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Tests.Protocol;

/// <summary>Close payloads of both directions.</summary>
public sealed class CloseFrameFuzzTests
{
    private static readonly string[] Reasons = ["", "done", "終わり", "é", new string('r', 123), "😀"];

    [Fact]
    public void A_damaged_payload_is_read_as_RFC_6455_says_or_refused_by_its_code() => Fuzz.Run(0.1, random =>
    {
        byte[] payload = Fuzz.Mutate(random, Payload(random), Payload(random));
        string actual;
        try
        {
            (ushort code, string reason) = CloseFrame.Read(payload);
            actual = $"{code} {reason}";
        }
        catch (FrameException refusal)
        {
            actual = $"refused {refusal.CloseCode}";
        }

        Assert.Equal(Expected(payload), actual);
    });

    [Fact]
    public void What_may_be_sent_comes_back_and_what_may_not_is_refused() => Fuzz.Run(0.05, random =>
    {
        ushort code = (ushort)random.Next(random.Next(2) == 0 ? 5100 : 65_536);
        string reason = new([.. Enumerable.Range(0, random.Next(130)).Select(_ => (char)random.Next('a', random.Next(2) == 0 ? 0x80 : 0xD7FF))]);
        bool fits = Encoding.UTF8.GetByteCount(reason) <= 123 && (code == 1005 ? reason.Length == 0 : MayBeSent(code));
        if (!fits)
        {
            Assert.Throws<ArgumentException>(() => CloseFrame.Validate(code, reason));
            return;
        }

        CloseFrame.Validate(code, reason);
        byte[] payload = new byte[125];
        Assert.Equal((code, reason), CloseFrame.Read(payload.AsSpan(0, CloseFrame.Write(payload, code, reason))));
    });

    private static byte[] Payload(Random random)
    {
        int code = random.Next(3) == 0 ? random.Next(65_536) : random.Next(995, 1020);
        return [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(Reasons[random.Next(Reasons.Length)])];
    }

    private static string Expected(byte[] payload)
    {
        if (payload.Length == 0)
            return "1005 ";
        int code = payload.Length == 1 ? 0 : payload[0] * 256 + payload[1];
        if (!MayBeSent(code))
            return "refused 1002";
        string reason = Encoding.UTF8.GetString(payload[2..]);

        // A replacement character that no one sent stands for what is no UTF-8.
        return Encoding.UTF8.GetBytes(reason).AsSpan().SequenceEqual(payload.AsSpan(2)) ? $"{code} {reason}" : "refused 1007";
    }

    private static bool MayBeSent(int code) => code is 1000 or 1001 or 1002 or 1003 || (code >= 1007 && code < 1015) || (code >= 3000 && code < 5000);
}
