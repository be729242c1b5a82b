using System.Runtime.CompilerServices;

namespace LoadTool;

/// <summary>A scenario's method between two of its parts: all that a waiting user's code keeps.</summary>
/// <typeparam name="TMethod">The compiler's type of the method.</typeparam>
internal sealed class SuspendedIteration<TMethod> : IterationCore
    where TMethod : IAsyncStateMachine
{
    // Not readonly: running the method changes it.
    internal TMethod Method = default!;

    /// <summary>Null when its flow is suppressed.</summary>
    internal ExecutionContext? Context { get; set; }

    internal Action Resume => field ??= Run;

    private void Run()
    {
        if (Context is { } context)
            ExecutionContext.Run(context, static state => ((SuspendedIteration<TMethod>)state!).Method.MoveNext(), this);
        else
            Method.MoveNext();
    }
}
