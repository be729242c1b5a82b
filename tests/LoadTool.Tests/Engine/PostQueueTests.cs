using LoadTool.Sockets;

namespace LoadTool.Tests.Engine;

public sealed class PostQueueTests
{
    [Fact]
    public void Many_producers_lose_nothing_and_each_keeps_its_order()
    {
        const int Producers = 8;
        const int ItemsEach = 50_000;
        PostQueue queue = new();
        using Barrier start = new(Producers + 1);
        Thread[] threads = [.. Enumerable.Range(0, Producers).Select(producer => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < ItemsEach; i++)
                queue.Push(new Item(producer, i));
        }))];
        Array.ForEach(threads, thread => thread.Start());
        start.SignalAndWait();

        int[] next = new int[Producers];
        for (int taken = 0; taken < Producers * ItemsEach;)
        {
            for (LoopItem? item = queue.TakeAll(); item is not null; item = item.Next, taken++)
            {
                Item posted = (Item)item;
                Assert.Equal(next[posted.Producer]++, posted.Number);
            }
        }

        Array.ForEach(threads, thread => thread.Join());
        Assert.True(queue.IsEmpty);
        Assert.Null(queue.TakeAll());
        Assert.All(next, count => Assert.Equal(ItemsEach, count));
    }

    private sealed class Item(int producer, int number) : LoopItem
    {
        internal int Producer => producer;

        internal int Number => number;

        internal override void Run() => throw new InvalidOperationException("This test runs no item.");
    }
}
