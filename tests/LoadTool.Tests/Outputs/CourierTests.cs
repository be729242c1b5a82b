using LoadTool.Outputs.Delivery;

namespace LoadTool.Tests.Outputs;

public sealed class CourierTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(99);
    private static readonly DeliveryLimits Limits = new() { Attempt = Attempt };

    private readonly CourierClock _clock = new();
    private readonly List<byte> _arrived = [];

    [Fact]
    public void Pieces_arrive_in_order_one_at_a_time()
    {
        int underWay = 0;
        using Courier courier = new(
            async (piece, _) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref underWay));
                await Task.Yield();
                _arrived.Add(piece.Span[0]);
                Interlocked.Decrement(ref underWay);
            },
            Limits, _clock);

        Offer(courier, [.. Enumerable.Range(0, 200)]);
        courier.Finish();

        Assert.Equal(Enumerable.Range(0, 200).Select(n => (byte)n), _arrived);
    }

    [Fact]
    public void A_courier_without_a_piece_has_lost_nothing()
    {
        using Courier courier = new((_, _) => throw new InvalidOperationException(), Limits, _clock);

        courier.Finish();
    }

    [Fact]
    public async Task What_waits_is_bounded_and_the_oldest_is_dropped_for_the_newest()
    {
        TaskCompletionSource began = new(), go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using Courier courier = new(
            async (piece, _) =>
            {
                began.TrySetResult();
                await go.Task;
                _arrived.Add(piece.Span[0]);
            },
            Limits with { BufferBytes = 3 }, _clock);

        Offer(courier, 0);
        await began.Task.WaitAsync(Limit);
        Offer(courier, 1, 2, 3, 4, 5);
        go.SetResult();
        IOException error = Assert.Throws<IOException>(courier.Finish);

        Assert.Equal([0, 3, 4, 5], _arrived);
        Assert.Equal("2 of 6 pieces were not delivered: the receiver takes them too slowly", error.Message);
    }

    [Fact]
    public void A_piece_larger_than_all_that_may_wait_is_lost_alone()
    {
        using Courier courier = Keeping(Limits with { BufferBytes = 3 });

        courier.Offer(new byte[4]);
        Offer(courier, 7);

        Assert.StartsWith("1 of 2 pieces", Assert.Throws<IOException>(courier.Finish).Message);
        Assert.Equal([7], _arrived);
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_with_growing_pauses_until_it_takes_the_piece()
    {
        int failures = 6;
        using Courier courier = new(
            (piece, _) =>
            {
                if (failures-- > 0)
                    throw new IOException("down");
                _arrived.Add(piece.Span[0]);
                return Task.CompletedTask;
            },
            Limits, _clock);

        Offer(courier, 1, 2);
        foreach (double seconds in new[] { 0.5, 1, 2, 4, 5, 5 })
        {
            Assert.Equal(seconds, (await _clock.NextWaitAsync(otherThan: Attempt)).TotalSeconds);
            _clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        courier.Finish();
        Assert.Equal([1, 2], _arrived);
    }

    [Theory]
    [InlineData(true, "no such database")]
    [InlineData(false, "NotSupportedException: no such database")]
    public void A_piece_that_is_refused_or_breaks_the_sender_is_skipped(bool isRefused, string reason)
    {
        using Courier courier = new(
            (piece, _) =>
            {
                if (piece.Span[0] == 2)
                    throw isRefused ? new RefusedException("no such database") : new NotSupportedException("no such database");
                _arrived.Add(piece.Span[0]);
                return Task.CompletedTask;
            },
            Limits, _clock);

        Offer(courier, 1, 2, 3);
        IOException error = Assert.Throws<IOException>(courier.Finish);

        Assert.Equal([1, 3], _arrived);
        Assert.Equal($"1 of 3 pieces were not delivered: {reason}", error.Message);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_cancelled_and_made_again()
    {
        bool isFirst = true;
        using Courier courier = new(
            async (piece, cancellation) =>
            {
                if (isFirst)
                {
                    isFirst = false;
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                }

                _arrived.Add(piece.Span[0]);
            },
            Limits, _clock);

        Offer(courier, 1);
        Assert.Equal(Attempt, await _clock.NextWaitAsync());
        _clock.Advance(Attempt);
        Assert.Equal(0.5, (await _clock.NextWaitAsync(otherThan: Attempt)).TotalSeconds);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        courier.Finish();

        Assert.Equal([1], _arrived);
    }

    [Fact]
    public async Task The_end_waits_as_long_as_it_may_and_names_what_was_not_delivered_and_why()
    {
        using Courier courier = new((_, _) => throw new HttpRequestException("connection\nrefused"), Limits with { Farewell = TimeSpan.FromSeconds(77) }, _clock);

        Offer(courier, 1, 2, 3);
        Assert.Equal(0.5, (await _clock.NextWaitAsync(otherThan: Attempt)).TotalSeconds);
        Task<IOException> finishing = Task.Run(() => Assert.Throws<IOException>(courier.Finish));
        Assert.Equal(77, (await _clock.NextWaitAsync(otherThan: Attempt)).TotalSeconds);
        _clock.Advance(TimeSpan.FromSeconds(77));

        Assert.Equal(@"3 of 3 pieces were not delivered: connection\nrefused", (await finishing.WaitAsync(Limit)).Message);
    }

    [Fact]
    public async Task A_sender_that_heeds_no_cancellation_does_not_keep_the_end_waiting()
    {
        TaskCompletionSource never = new();
        Courier courier = new((_, _) => never.Task, Limits with { Farewell = TimeSpan.FromSeconds(77) }, _clock);

        Offer(courier, 1);
        Assert.Equal(Attempt, await _clock.NextWaitAsync());
        Task<IOException> finishing = Task.Run(() => Assert.Throws<IOException>(courier.Finish));
        Assert.Equal(77, (await _clock.NextWaitAsync()).TotalSeconds);
        _clock.Advance(TimeSpan.FromSeconds(77));
        Assert.Equal(1, (await _clock.NextWaitAsync()).TotalSeconds);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.StartsWith("1 of 1 pieces were not delivered", (await finishing.WaitAsync(Limit)).Message);
        never.SetResult();
        courier.Dispose();
    }

    [Fact]
    public async Task Disposing_cancels_what_is_under_way_and_may_be_done_twice()
    {
        TaskCompletionSource began = new(), cancelled = new();
        Courier courier = new(
            async (_, cancellation) =>
            {
                await using (cancellation.Register(cancelled.SetResult))
                {
                    began.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                }
            },
            Limits, _clock);
        Offer(courier, 1, 2);
        await began.Task.WaitAsync(Limit);

        courier.Dispose();
        courier.Dispose();

        Assert.True(cancelled.Task.IsCompleted);
    }

    private Courier Keeping(DeliveryLimits limits) => new(
        (piece, _) =>
        {
            _arrived.Add(piece.Span[0]);
            return Task.CompletedTask;
        },
        limits, _clock);

    private static void Offer(Courier courier, params int[] pieces)
    {
        foreach (int piece in pieces)
            courier.Offer(new byte[] { (byte)piece });
    }
}
