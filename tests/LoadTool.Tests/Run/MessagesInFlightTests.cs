namespace LoadTool.Tests.Run;

public sealed class MessagesInFlightTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void With_keys_each_reply_finds_its_message_whatever_the_order(int seed)
    {
        Random random = new(seed);
        MessagesInFlight inFlight = new(hasKeys: true);
        List<(long SentAt, long Key)> model = [];
        for (long now = 0; now < 50_000; now++)
        {
            long key = random.NextInt64() >> random.Next(64);
            switch (random.Next(now % 5_000 < 2_500 ? 4 : 7))
            {
                case < 3:
                    bool isNew = model.TrueForAll(message => message.Key != key);
                    Assert.True(inFlight.TryAdd(-now, now, key) == isNew, $"seed {seed}, step {now}");
                    if (isNew)
                        model.Add((now, key));
                    break;
                case 3:
                    Assert.Equal(model.Exists(message => message.Key == key), inFlight.TryTake(key, out _));
                    model.RemoveAll(message => message.Key == key);
                    break;
                case 4 when model.Count > 0:
                    inFlight.GiveUpOldest();
                    model.RemoveAt(0);
                    break;
                default:
                    if (model.Count == 0)
                        break;
                    int place = random.Next(model.Count);
                    Assert.True(inFlight.TryTake(model[place].Key, out MessagesInFlight.Entry taken), $"seed {seed}, step {now}");
                    Assert.Equal((model[place].SentAt, -model[place].SentAt, true), (taken.SentAt, taken.DueAt, taken.IsOpen));
                    model.RemoveAt(place);
                    break;
            }

            Assert.Equal(model.Count, inFlight.Count);
            Assert.Equal(model.Count == 0 ? long.MaxValue : model[0].SentAt, inFlight.OldestSentAt);
        }
    }

    [Fact]
    public void Without_keys_a_reply_is_the_oldest_messages_even_if_that_was_given_up()
    {
        MessagesInFlight inFlight = new(hasKeys: false);
        for (long now = 0; now < 100; now++)
            inFlight.TryAdd(now, now, key: 0);
        inFlight.GiveUpOldest();
        inFlight.GiveUpOldest();
        Assert.Equal((98, 2L), (inFlight.Count, inFlight.OldestSentAt));

        bool[] open = [.. Enumerable.Range(0, 100).Select(number =>
        {
            Assert.True(inFlight.TryTakeOldest(out MessagesInFlight.Entry message));
            Assert.Equal(number, message.SentAt);
            return message.IsOpen;
        })];

        Assert.Equal([false, false, true, true], open[..4]);
        Assert.Equal(98, open.Count(isOpen => isOpen));
        Assert.False(inFlight.TryTakeOldest(out _));
        Assert.Equal((0, long.MaxValue), (inFlight.Count, inFlight.OldestSentAt));
    }

    [Fact]
    public void It_is_full_at_its_limit_and_has_room_after_a_reply()
    {
        MessagesInFlight inFlight = new(hasKeys: false);
        for (long now = 0; now < MessageSchedule.MaxInFlight; now++)
        {
            Assert.False(inFlight.IsFull);
            inFlight.TryAdd(now, now, key: 0);
        }

        Assert.True(inFlight.IsFull);
        inFlight.TryTakeOldest(out _);
        Assert.False(inFlight.IsFull);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_and_its_reply_allocate_nothing(bool hasKeys)
    {
        MessagesInFlight inFlight = new(hasKeys);
        long number = 0;

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
                inFlight.TryAdd(0, 0, number++);
            for (long key = number - 1_000; key < number; key++)
                Assert.True(hasKeys ? inFlight.TryTake(key, out _) : inFlight.TryTakeOldest(out _));
        }));
    }
}
