using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace LoadTool;

/// <summary>Builds <see cref="Iteration"/>; called by the compiler's code alone.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Performance", "CA1822", Justification = "The compiler calls these members on an instance.")]
public struct IterationBuilder
{
    private IterationCore? _core;

    /// <summary>What was built.</summary>
    public readonly Iteration Task => new(_core);

    /// <summary>Makes a builder.</summary>
    /// <returns>The builder.</returns>
    public static IterationBuilder Create() => default;

    /// <summary>Runs the method to its first await.</summary>
    /// <typeparam name="TMethod">The compiler's type of the method.</typeparam>
    /// <param name="method">The method.</param>
    public readonly void Start<TMethod>(ref TMethod method)
        where TMethod : IAsyncStateMachine => default(AsyncTaskMethodBuilder).Start(ref method);

    /// <summary>Not needed any more: the compiler's interface asks for it.</summary>
    /// <param name="method">The method.</param>
    public readonly void SetStateMachine(IAsyncStateMachine method)
    {
    }

    /// <summary>The method returned.</summary>
    public readonly void SetResult() => _core?.End(error: null);

    /// <summary>The method threw.</summary>
    /// <param name="exception">What it threw.</param>
    public void SetException(Exception exception) => (_core ??= new IterationCore()).End(exception);

    /// <summary>The method awaits something.</summary>
    /// <typeparam name="TAwaiter">The awaiter's type.</typeparam>
    /// <typeparam name="TMethod">The compiler's type of the method.</typeparam>
    /// <param name="awaiter">What it awaits.</param>
    /// <param name="method">The method.</param>
    public void AwaitOnCompleted<TAwaiter, TMethod>(ref TAwaiter awaiter, ref TMethod method)
        where TAwaiter : INotifyCompletion
        where TMethod : IAsyncStateMachine => awaiter.OnCompleted(Suspended(ref method).Resume);

    /// <summary>The method awaits something.</summary>
    /// <typeparam name="TAwaiter">The awaiter's type.</typeparam>
    /// <typeparam name="TMethod">The compiler's type of the method.</typeparam>
    /// <param name="awaiter">What it awaits.</param>
    /// <param name="method">The method.</param>
    public void AwaitUnsafeOnCompleted<TAwaiter, TMethod>(ref TAwaiter awaiter, ref TMethod method)
        where TAwaiter : ICriticalNotifyCompletion
        where TMethod : IAsyncStateMachine => awaiter.UnsafeOnCompleted(Suspended(ref method).Resume);

    /// <summary>The method off the stack, with the context that its code goes on in.</summary>
    private SuspendedIteration<TMethod> Suspended<TMethod>(ref TMethod method)
        where TMethod : IAsyncStateMachine
    {
        if (_core is not SuspendedIteration<TMethod> suspended)
        {
            // First known here, then copied: this builder is a part of the method.
            _core = suspended = new SuspendedIteration<TMethod>();
            suspended.Method = method;
        }

        suspended.Context = ExecutionContext.Capture();
        return suspended;
    }
}
