using System.Threading.Tasks.Sources;
using LoadTool.Sockets;

namespace LoadTool.Tests.Engine;

public sealed class LoopCompletionTests
{
    [Fact]
    public Task The_continuation_runs_once_inside_the_completion_with_the_result() => OnLoopAsync(loop =>
    {
        LoopCompletion<int> completion = new();
        List<string> order = [];
        short token = completion.Begin();
        completion.OnCompleted(state => order.Add((string)state!), "continuation", token, loop);
        Assert.Equal(ValueTaskSourceStatus.Pending, completion.GetStatus(token));
        order.Add("before");
        completion.SetResult(7);
        order.Add("after");
        Assert.Equal(["before", "continuation", "after"], order);
        Assert.Equal(ValueTaskSourceStatus.Succeeded, completion.GetStatus(token));
        Assert.Equal(7, completion.GetResult(token));
    });

    [Fact]
    public Task A_continuation_goes_on_in_the_name_of_whoever_awaited() => OnLoopAsync(loop =>
    {
        LoopCompletion<int> completion = new();
        object user = new(), other = new();
        loop.Actor = user;
        completion.OnCompleted(_ => Assert.Same(user, loop.Actor), null, completion.Begin(), loop);

        // Inside another's code, which goes on afterwards.
        long before = loop.BeginActing(other);
        completion.SetResult(7);
        Assert.Same(other, loop.Actor);
        loop.EndActing(before, outer: null);
        loop.StampNext();
        Assert.Null(loop.Actor);
    });

    [Fact]
    public Task What_is_allocated_in_somebody_s_name_is_counted_once() => OnLoopAsync(loop =>
    {
        loop.StampNext();
        long countedBefore = loop.ActorBytes, allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        long outer = loop.BeginActing(loop);
        long inner = loop.BeginActing(loop);
        GC.KeepAlive(new byte[100_000]);
        loop.EndActing(inner, loop);
        GC.KeepAlive(new byte[100_000]);
        loop.EndActing(outer, outer: null);

        Assert.InRange(loop.ActorBytes - countedBefore, 200_000, GC.GetAllocatedBytesForCurrentThread() - allocatedBefore);
    });

    [Fact]
    public Task A_result_that_came_first_runs_the_continuation_at_once() => OnLoopAsync(loop =>
    {
        LoopCompletion<int> completion = new();
        short token = completion.Begin();
        completion.SetResult(7);
        int runs = 0;
        completion.OnCompleted(_ => runs++, null, token, loop);
        Assert.Equal(1, runs);
    });

    [Fact]
    public Task A_token_of_another_wait_is_refused_everywhere() => OnLoopAsync(loop =>
    {
        LoopCompletion<int> completion = new();
        short old = completion.Begin();
        completion.SetResult(1);
        completion.GetResult(old);
        Assert.Throws<InvalidOperationException>(() => completion.GetResult(old));
        short token = completion.Begin();
        Assert.NotEqual(old, token);
        Assert.Throws<InvalidOperationException>(() => completion.GetStatus(old));
        Assert.Throws<InvalidOperationException>(() => completion.OnCompleted(_ => { }, null, old, loop));
        Assert.Throws<InvalidOperationException>(() => completion.GetResult(token));
        completion.OnCompleted(_ => { }, null, token, loop);
        Assert.Throws<InvalidOperationException>(() => completion.OnCompleted(_ => { }, null, token, loop));
    });

    [Fact]
    public Task Awaiting_on_another_thread_is_refused() => OnLoopAsync(async loop =>
    {
        LoopCompletion<int> completion = new();
        short token = completion.Begin();
        await Task.Run(() => Assert.Throws<InvalidOperationException>(() => completion.OnCompleted(_ => { }, null, token, loop)));
    });

    [Fact]
    public void An_exception_ends_as_failed_and_a_cancellation_as_cancelled()
    {
        LoopCompletion<int> completion = new();
        short token = completion.Begin();
        completion.SetException(new TimeoutException());
        Assert.Equal(ValueTaskSourceStatus.Faulted, completion.GetStatus(token));
        Assert.Throws<TimeoutException>(() => completion.GetResult(token));
        token = completion.Begin();
        completion.SetException(new OperationCanceledException());
        Assert.Equal(ValueTaskSourceStatus.Canceled, completion.GetStatus(token));
        Assert.Throws<OperationCanceledException>(() => completion.GetResult(token));
    }

    [Fact]
    public void An_error_that_nobody_took_does_not_reach_the_next_wait()
    {
        LoopCompletion<int> completion = new();
        completion.Begin();
        completion.SetException(new TimeoutException());
        short token = completion.Begin();
        completion.SetResult(7);
        Assert.Equal(7, completion.GetResult(token));
    }

    [Fact]
    public Task A_send_awaited_twice_is_pooled_once() => OnLoopAsync(loop =>
    {
        SendOperation operation = loop.RentSend();
#pragma warning disable CA2012 // Used wrongly on purpose: twice.
        operation.Begin(new ClientChannel(loop, owner: null!), new FrameShape(LoadTool.Sockets.Protocol.Opcode.Binary, IsFinal: true), default, rented: null);
#pragma warning restore CA2012
        operation.Complete(error: null);
        operation.GetResult(1);
        Assert.Throws<InvalidOperationException>(() => operation.GetResult(1));
        Assert.NotSame(loop.RentSend(), loop.RentSend());
    });

    private static Task OnLoopAsync(Action<EventLoop> test) => OnLoopAsync(loop =>
    {
        test(loop);
        return Task.CompletedTask;
    });

    private static async Task OnLoopAsync(Func<EventLoop, Task> test)
    {
        using EventLoop loop = EventLoop.Create(EngineKind.Portable, TimeProvider.System, "test");
        loop.Start();
        await loop.RunAsync(() => test(loop)).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
