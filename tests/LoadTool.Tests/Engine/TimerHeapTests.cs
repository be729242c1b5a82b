using LoadTool.Sockets;

namespace LoadTool.Tests.Engine;

public sealed class TimerHeapTests
{
    [Fact]
    public void Whatever_is_armed_disarmed_and_armed_again_the_heap_equals_a_sorted_list()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            TimerHeap heap = new();
            Timer[] timers = [.. Enumerable.Range(0, 100).Select(_ => new Timer())];
            List<Timer> armed = [];
            long order = 0;
            for (int round = 0; round < 500; round++)
            {
                Timer timer = timers[random.Next(timers.Length)];
                switch (random.Next(4))
                {
                    case 0:
                        heap.Disarm(timer);
                        armed.Remove(timer);
                        break;
                    case 1:
                        TakeDue(heap, armed, now: random.Next(50), seed);
                        break;
                    default:
                        // Few moments, so that many are due at the same one.
                        (timer.DueAt, timer.Order) = (random.Next(50), order++);
                        heap.Arm(timer, timer.DueAt);
                        if (!armed.Contains(timer))
                            armed.Add(timer);
                        break;
                }

                Assert.True(armed.Count == heap.Count, $"seed {seed}");
                Assert.True(heap.NextDueAt == armed.Select(each => each.DueAt).DefaultIfEmpty(long.MaxValue).Min(), $"seed {seed}");
                Assert.True(timers.All(each => each.IsArmed == armed.Contains(each)), $"seed {seed}");
            }

            TakeDue(heap, armed, now: long.MaxValue - 1, seed);
            Assert.Equal(0, heap.Count);
        }
    }

    private static void TakeDue(TimerHeap heap, List<Timer> armed, long now, int seed)
    {
        List<Timer> expected = [.. armed.Where(each => each.DueAt <= now).OrderBy(each => each.DueAt).ThenBy(each => each.Order)];
        List<Timer> taken = [];
        while (heap.TryTakeDue(now, out LoopTimer timer, out long dueAt))
        {
            Assert.Equal(((Timer)timer).DueAt, dueAt);
            Assert.False(timer.IsArmed);
            taken.Add((Timer)timer);
        }

        Assert.True(expected.SequenceEqual(taken), $"seed {seed}");
        armed.RemoveAll(taken.Contains);
    }

    private sealed class Timer : LoopTimer
    {
        public long DueAt;
        public long Order;

        internal override void Fire(long dueAt) => throw new InvalidOperationException("This test takes its timers itself.");
    }
}
