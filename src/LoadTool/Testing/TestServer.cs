using System.Net.Sockets;
using System.Text;
using LoadTool.Sockets;
using LoadTool.Sockets.Protocol;

namespace LoadTool.Testing;

/// <summary>A server of a simulated network: one answer for every path.</summary>
internal sealed class TestServer : IListenerHandler
{
    private readonly ServerAnswer _answer;

    private TestServer(ServerAnswer answer) => _answer = answer;

    internal static TestServer Echo(TimeSpan after) =>
        new(ServerAnswer.Accept(after == TimeSpan.Zero ? EchoBehaviour.Instance : new LateAnswer(static (payload, _) => payload.ToArray(), after)));

    internal static TestServer Reply(Func<string, string?> answer, TimeSpan after) => new(ServerAnswer.Accept(new LateAnswer(
        (payload, opcode) => opcode == Opcode.Text && answer(Encoding.UTF8.GetString(payload)) is { } text ? Encoding.UTF8.GetBytes(text) : null, after)));

    internal static TestServer Refuse(int status) => new(ServerAnswer.Refuse(status));

    void IListenerHandler.OnAccepted(Connection connection) => _ = new ServerChannel(connection, _ => _answer);

    void IListenerHandler.OnAcceptFailed(SocketError error) => throw new InvalidOperationException($"A simulated network refuses no connection of its own: {error}.");

    private delegate byte[]? Answer(ReadOnlySpan<byte> payload, Opcode opcode);

    private sealed class LateAnswer(Answer answer, TimeSpan after) : ServerBehaviour
    {
        private readonly long _nanoseconds = after.Ticks * TimeSpan.NanosecondsPerTick;

        internal override void OnMessage(ServerChannel channel, ReadOnlySpan<byte> payload, Opcode opcode)
        {
            if (answer(payload, opcode) is not { } bytes)
                return;
            if (_nanoseconds == 0)
                channel.Send(opcode, bytes);
            else
                channel.Loop.Arm(new Reply(channel, bytes, opcode), channel.Loop.Now + _nanoseconds);
        }

        private sealed class Reply(ServerChannel channel, byte[] payload, Opcode opcode) : LoopTimer
        {
            internal override void Fire(long dueAt) => channel.Send(opcode, payload);
        }
    }
}
