using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace LoadTool.Sockets;

/// <summary>
/// The heart of an <see cref="IValueTaskSource{T}"/> that is made, completed and awaited on one loop's thread: no lock, no
/// interlocked instruction, and the continuation runs inline, where the framework's own would go through the
/// synchronization context. Used again after each await.
/// </summary>
internal struct LoopCompletion<T>
{
    private Action<object?>? _continuation;

    // While waiting, the continuation's; once completed, the exception it failed with, or null.
    private object? _state;
    private object? _actor;
    private T _result;
    private short _version;
    private Stage _stage;

    private enum Stage : byte
    {
        Idle,
        Waiting,
        Completed,
    }

    internal readonly bool IsWaiting => _stage == Stage.Waiting;

    /// <summary>Begins a new wait.</summary>
    /// <returns>The token of its ValueTask.</returns>
    internal short Begin()
    {
        // Also what the last wait left behind if nobody took its result.
        (_stage, _continuation, _state) = (Stage.Waiting, null, null);
        return ++_version;
    }

    internal void SetResult(T result)
    {
        _result = result;
        Complete(error: null);
    }

    internal void SetException(Exception error) => Complete(error);

    /// <exception cref="InvalidOperationException">The token is of another wait, or the wait has not ended.</exception>
    internal readonly void RequireEnded(short token)
    {
        Check(token);
        if (_stage != Stage.Completed)
            throw new InvalidOperationException("The operation has not ended yet; await it.");
    }

    internal readonly ValueTaskSourceStatus GetStatus(short token)
    {
        Check(token);
        return _stage switch
        {
            Stage.Completed when _state is OperationCanceledException => ValueTaskSourceStatus.Canceled,
            Stage.Completed when _state is not null => ValueTaskSourceStatus.Faulted,
            Stage.Completed => ValueTaskSourceStatus.Succeeded,
            _ => ValueTaskSourceStatus.Pending,
        };
    }

    internal T GetResult(short token)
    {
        RequireEnded(token);
        (T result, object? error) = (_result, _state);
        (_result, _state, _stage) = (default!, null, Stage.Idle);
        _version++;
        if (error is not null)
            ExceptionDispatchInfo.Throw((Exception)error);
        return result;
    }

    /// <summary>What comes next is the engine's own, whoever made it begin.</summary>
    internal void ForgetActor() => _actor = null;

    internal void OnCompleted(Action<object?> continuation, object? state, short token, EventLoop loop)
    {
        Check(token);
        if (!loop.IsCurrent)
            throw new InvalidOperationException("Await a socket's operation where it was started: on its event loop.");
        if (_continuation is not null)
            throw new InvalidOperationException("An operation is awaited once.");
        if (_stage == Stage.Completed)
        {
            continuation(state);
            return;
        }

        (_continuation, _state, _actor) = (continuation, state, loop.Actor);
    }

    private void Complete(Exception? error)
    {
        (Action<object?>? continuation, object? state, object? actor) = (_continuation, _state, _actor);
        (_stage, _continuation, _state, _actor) = (Stage.Completed, null, error, null);
        if (continuation is null)
            return;
        if (actor is null)
            continuation(state);
        else
            Resume(actor, continuation, state);
    }

    /// <summary>Goes on in the name of whoever awaited.</summary>
    private static void Resume(object actor, Action<object?> continuation, object? state)
    {
        EventLoop loop = EventLoop.Current!;
        object? outer = loop.Actor;
        long before = loop.BeginActing(actor);
        continuation(state);
        loop.EndActing(before, outer);
    }

    private readonly void Check(short token)
    {
        if (token != _version)
            throw new InvalidOperationException("An operation is awaited once, where it was started.");
    }
}
