using System.Reflection;
using System.Reflection.Emit;
using LoadTool.Sockets;

namespace LoadTool.Tests.Engine;

/// <summary>
/// Reads the IL of the methods that every message passes, and of the library's own methods that they call: none takes a lock or uses an
/// interlocked instruction. What the framework does inside a system call or a pool is not followed.
/// </summary>
public sealed class HotPathTests
{
    private static readonly Dictionary<short, OpCode> OpCodes = typeof(System.Reflection.Emit.OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    private static readonly Type[] Forbidden = [typeof(Interlocked), typeof(Monitor), typeof(Lock), typeof(SpinLock), typeof(SpinWait)];

    [Fact]
    public void No_message_on_its_loop_passes_a_lock_or_an_interlocked_instruction()
    {
        MethodBase[] starts =
        [
            Method(typeof(WebSocketChannel), "SendAsync"),
            Method(typeof(EpollConnection), "OnEvents"),
            Method(typeof(WebSocketChannel), "LoadTool.Sockets.IConnectionHandler.OnReceived"),
            Method(typeof(WebSocketChannel), "ReadFrames"),
            Method(typeof(ClientChannel), "OnMessage"),
            Method(typeof(MessageReceiver), "Deliver"),
            Method(typeof(MessageReceiver), "TryTake"),
            Method(typeof(MessageReceiver), "Hold"),
            Method(typeof(EpollConnection), "TrySend"),
        ];
        HashSet<MethodBase> seen = [];
        foreach (MethodBase start in starts)
            AssertFree(start, seen, start.Name);

        // The walk went somewhere: through the frame reader and down to the send.
        Assert.Contains(seen, method => method.Name == "TakePiece");
        Assert.Contains(seen, method => method is { Name: "Send", DeclaringType.Name: nameof(Connection) });
    }

    [Fact]
    public void Nothing_that_a_script_draws_or_records_passes_a_lock_or_an_interlocked_instruction()
    {
        Type circular = typeof(DataFeed).GetNestedType("CircularFeed`1", BindingFlags.NonPublic)!.MakeGenericType(typeof(int));
        MethodBase[] starts =
        [
            Method(typeof(CounterMetric), nameof(CounterMetric.Add)),
            Method(typeof(GaugeMetric), nameof(GaugeMetric.Set)),
            Method(typeof(HistogramMetric), nameof(HistogramMetric.Record)),
            Method(typeof(VirtualUser), nameof(VirtualUser.Check)),
            Method(typeof(OpenStep), "Record"),
            Method(circular, "IndexFor"),
            Method(typeof(ZipfDistribution), "Draw"),
            Method(typeof(PayloadTemplate), "For"),
            Method(typeof(FilledPayload), "For"),
            Method(typeof(PacedSocket), "Turn"),
            Method(typeof(PacedSocket), "OnReceived"),
            Method(typeof(BroadcastCell), "Receive"),
        ];
        HashSet<MethodBase> seen = [];
        foreach (MethodBase start in starts)
            AssertFree(start, seen, start.Name);

        Assert.Contains(seen, method => method is { Name: "Add", DeclaringType.Name: nameof(CounterCell) });
        Assert.Contains(seen, method => method is { Name: nameof(SplitMix.Hash) });
    }

    [Fact]
    public void The_check_finds_an_interlocked_instruction_where_there_is_one() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertFree(Method(typeof(PostQueue), "Push"), [], "Push"));

    private static void AssertFree(MethodBase method, HashSet<MethodBase> seen, string path)
    {
        if (!seen.Add(method) || IsEnding(method))
            return;
        foreach (MethodBase called in Calls(method))
        {
            Assert.False(Forbidden.Contains(called.DeclaringType), $"{path} -> {called.DeclaringType}.{called.Name}");
            if (called.Module == method.Module)
                AssertFree(called, seen, $"{path} -> {called.Name}");
        }
    }

    /// <summary>What runs once per connection, not once per message: failures, ends, and the posting of work from outside.</summary>
    private static bool IsEnding(MethodBase method) =>
        method.DeclaringType == typeof(Failures) || method.Name is "Break" or "Finish" or "Fail" or "FailSends" or "Cancel" or "Post" or "OnCloseFrame";

    private static MethodInfo Method(Type type, string name) =>
        type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Single(method => method.Name == name);

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        byte[] il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at < il.Length;)
        {
            short value = il[at] == 0xFE ? unchecked((short)(0xFE00 | il[at + 1])) : il[at];
            OpCode code = OpCodes[value];
            at += code.Size;
            if (code.OperandType == OperandType.InlineMethod)
                yield return Resolve(method, BitConverter.ToInt32(il, at));
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
                _ => 4,
            };
        }
    }

    private static MethodBase Resolve(MethodBase caller, int token) => caller.Module.ResolveMethod(
        token,
        caller.DeclaringType!.IsGenericType ? caller.DeclaringType.GetGenericArguments() : null,
        caller.IsGenericMethod ? caller.GetGenericArguments() : null)!;
}
