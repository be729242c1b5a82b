using System.Reflection;
using System.Reflection.Emit;
using LoadTool.Metrics;

namespace LoadTool.Tests.Metrics;

public sealed class RecordingCostTests
{
    [Fact]
    public void A_million_records_allocate_nothing()
    {
        Histogram histogram = new(1, 3_600_000_000_000, 3);
        Recorder recorder = new(1, 3_600_000_000_000, 3);
        Assert.Equal(0, Allocation.Of(() => Record(histogram, recorder, times: 1_000_000)));
        Assert.InRange(histogram.TotalCount, 2_000_000, long.MaxValue);
        Assert.Equal(histogram.TotalCount, recorder.SwapInterval().TotalCount);
    }

    [Theory]
    [InlineData(typeof(Histogram), nameof(Histogram.RecordValue))]
    [InlineData(typeof(Recorder), nameof(Recorder.Record))]
    [InlineData(typeof(Recorder), nameof(Recorder.RecordWithCount))]
    public void Recording_calls_no_interlocked_instruction_and_no_lock(Type type, string method)
    {
        HashSet<MethodBase> called = [];
        CollectCalls(type.GetMethod(method)!, called);

        Assert.Contains(called, call => call.Name == "TryCount");
        Assert.DoesNotContain(called, IsLockOrInterlocked);
    }

    [Fact]
    public void The_search_for_interlocked_instructions_finds_the_one_that_swapping_has()
    {
        HashSet<MethodBase> called = [];
        CollectCalls(typeof(Recorder).GetMethod(nameof(Recorder.SwapInterval))!, called);

        Assert.Contains(called, call => call.DeclaringType == typeof(Interlocked));
        Assert.Contains(called, call => call.DeclaringType == typeof(Lock));
    }

    private static void Record(Histogram histogram, Recorder recorder, int times)
    {
        for (int sample = 0; sample < times; sample++)
        {
            histogram.RecordValue(sample * 1000L);
            recorder.Record(sample * 1000L);
        }
    }

    private static bool IsLockOrInterlocked(MethodBase method) =>
        method.DeclaringType == typeof(Interlocked) || method.DeclaringType == typeof(Monitor) || method.DeclaringType == typeof(Lock)
        || method.Name == nameof(Thread.MemoryBarrier);

    /// <summary>What a method calls, and what those of our own assembly call in turn.</summary>
    private static void CollectCalls(MethodBase method, HashSet<MethodBase> called)
    {
        foreach (MethodBase call in Calls(method))
        {
            if (called.Add(call) && call.Module.Assembly == typeof(Histogram).Assembly)
                CollectCalls(call, called);
        }
    }

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at < code.Length;)
        {
            OpCode operation = code[at] == 0xfe ? Operations[(short)(0xfe00 | code[at + 1])] : Operations[code[at]];
            at += operation.Size;
            if (operation.OperandType == OperandType.InlineMethod)
                yield return method.Module.ResolveMethod(BitConverter.ToInt32(code, at), method.DeclaringType!.GetGenericArguments(), null)!;
            at += OperandBytes(operation, code, at);
        }
    }

    private static int OperandBytes(OpCode operation, byte[] code, int at) => operation.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    private static readonly Dictionary<short, OpCode> Operations = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(operation => operation.Value);
}
