using System.Security.Cryptography;
using System.Text;
using LoadTool.Sockets;

namespace LoadTool.Tests.Tls;

public sealed class ResumptionWatchTests
{
    private static readonly byte[] Offered = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];
    private static readonly byte[] Retry = SHA256.HashData(Encoding.ASCII.GetBytes("HelloRetryRequest"));
    private static readonly byte[] Tls13 = Extension(43, 3, 4);
    private static readonly byte[] Key = Extension(41, 0, 0);
    private static readonly byte[] KeyShare = Extension(51, [0, 29, 0, 32, .. new byte[32]]);

    private static readonly byte[] FullTls13 = Record(Hello(2, Offered, KeyShare, Tls13));
    private static readonly byte[] ResumedTls13 = Record(Hello(2, Offered, Tls13, KeyShare, Key));

    public static TheoryData<string, byte[], bool?> Answers => new()
    {
        { "TLS 1.3, a new session", FullTls13, false },
        { "TLS 1.3, resumed", ResumedTls13, true },
        { "TLS 1.3, several messages in a record", Record([.. Hello(2, Offered, Tls13, Key), .. new byte[] { 8, 0, 0, 1, 0 }]), true },
        { "TLS 1.3, a retry and then a new session", [.. Record(Hello(2, Offered, Retry, Tls13)), .. ChangeCipherSpec, .. FullTls13], false },
        { "TLS 1.3, a retry and then resumed", [.. Record(Hello(2, Offered, Retry, Tls13)), .. ChangeCipherSpec, .. ResumedTls13], true },
        { "TLS 1.3, over two records", [.. Record(Hello(2, Offered, Tls13, Key)[..50]), .. Record(Hello(2, Offered, Tls13, Key)[50..])], true },
        { "TLS 1.2, a new session without id", Record(Hello(2, [])), false },
        { "TLS 1.2, a new session with an id", Record(Hello(2, [9, 9, 9], Extension(0xFF01, 0))), false },
        { "TLS 1.2, resumed", Record(Hello(2, Offered, Extension(0xFF01, 0))), true },
        { "TLS 1.2 has no pre-shared keys", Record(Hello(2, [], Key)), false },
        { "an alert", Record([2, 40], type: 21), null },
        { "another message", Record([11, 0, 0, 0]), null },
        { "a message of no bytes in no record", Record([]), null },
        { "no TLS", "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), null },
        { "an extension past the end", Record(Hello(2, Offered, [0, 43, 0, 9, 3, 4])), null },
        { "extensions longer than the message", Record([2, 0, 0, 41, .. new byte[34], 0, 0, 0, 0, 0, 9, 0]), null },
        { "a session id longer than one can be", Record([2, 0, 0, 80, .. new byte[34], 40, .. new byte[45]]), null },
        { "a message that ends in its random number", Record([2, 0, 0, 20, .. new byte[20]]), null },
        { "a message longer than is kept", Record(Hello(2, Offered, Extension(9, new byte[ResumptionWatch.MaxHelloBytes]), Tls13, Key)), null },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_resumed_session_is_told_from_a_new_one_wherever_the_bytes_are_cut(string name, byte[] answer, bool? expected)
    {
        for (int cut = 0; cut <= answer.Length; cut++)
        {
            ResumptionWatch watch = Watch();
            watch.Received(answer.AsSpan(0, cut));
            watch.Received(answer.AsSpan(cut));
            Assert.True(expected == watch.IsResumed, $"{name}, cut at {cut}: {watch.IsResumed}");
        }

        ResumptionWatch single = Watch();
        foreach (byte value in answer)
            single.Received([value]);
        Assert.Equal(expected, single.IsResumed);
    }

    [Fact]
    public void The_first_answer_decides_and_nothing_later_changes_it()
    {
        ResumptionWatch watch = Watch();
        watch.Received(FullTls13);
        Assert.True(watch.IsDone);
        watch.Received(ResumedTls13);
        watch.Sent(ResumedTls13);
        Assert.False(watch.IsResumed);
    }

    [Fact]
    public void The_client_s_session_id_is_found_wherever_its_bytes_are_cut()
    {
        byte[] hello = Record(Hello(1, Offered, Extension(0, new byte[300])));
        for (int cut = 0; cut <= hello.Length; cut++)
        {
            ResumptionWatch watch = new();
            watch.Sent(hello.AsSpan(0, cut));
            watch.Sent(hello.AsSpan(cut));
            watch.Received(Record(Hello(2, Offered)));
            Assert.True(watch.IsResumed);
        }
    }

    [Fact]
    public void Without_a_session_id_to_compare_with_TLS_12_is_a_new_session()
    {
        ResumptionWatch watch = new();
        watch.Received(Record(Hello(2, Offered)));
        Assert.False(watch.IsResumed);
    }

    [Fact]
    public void Bytes_changed_at_random_never_throw()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            Random random = new(seed);
            byte[] bytes = [.. seed % 2 == 0 ? ResumedTls13 : [.. Record(Hello(2, Offered, Retry, Tls13)), .. FullTls13]];
            for (int change = 0; change < 1 + (seed % 5); change++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            ResumptionWatch watch = new();
            watch.Sent(bytes);
            Exception? error = Record2(() => watch.Received(bytes));
            Assert.True(error is null, $"seed {seed}: {error}");
        }

        static Exception? Record2(Action action) => Xunit.Record.Exception(action);
    }

    private static byte[] ChangeCipherSpec => Record([1], type: 20);

    private static ResumptionWatch Watch()
    {
        ResumptionWatch watch = new();
        watch.Sent(Record(Hello(1, Offered, Extension(0, new byte[20]))));
        return watch;
    }

    private static byte[] Extension(int type, params byte[] data) =>
        [(byte)(type >> 8), (byte)type, (byte)(data.Length >> 8), (byte)data.Length, .. data];

    private static byte[] Hello(int type, byte[] sessionId, params byte[][] extensions)
    {
        bool isRetry = extensions.Length > 0 && ReferenceEquals(extensions[0], Retry);
        byte[] all = [.. extensions.Skip(isRetry ? 1 : 0).SelectMany(extension => extension)];
        byte[] body =
        [
            3, 3, .. isRetry ? Retry : new byte[32], (byte)sessionId.Length, .. sessionId, 0x13, 1, 0,
            .. all.Length == 0 ? [] : (byte[])[(byte)(all.Length >> 8), (byte)all.Length, .. all],
        ];
        return [(byte)type, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];
    }

    private static byte[] Record(byte[] message, byte type = 22) => [type, 3, 3, (byte)(message.Length >> 8), (byte)message.Length, .. message];
}
