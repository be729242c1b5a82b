namespace Windows.Foundation;

/// <summary>
/// Lets code compile that was written for the asynchronous interfaces of Windows, where AsTask makes a task of an operation: here an
/// operation is a task already. Only a token that is given to the operation itself aborts it; one given here ends the wait alone.
/// </summary>
public static class AsyncCompat
{
    /// <summary>The task itself.</summary>
    /// <param name="task">An operation.</param>
    public static Task AsTask(this Task task) => task;

    /// <summary>A task that ends with the operation or with the token; the operation goes on.</summary>
    /// <param name="task">An operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task AsTask(this Task task, CancellationToken cancellationToken) => task.WaitAsync(cancellationToken);

    /// <summary>The task itself.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="task">An operation.</param>
    public static Task<T> AsTask<T>(this Task<T> task) => task;

    /// <summary>A task that ends with the operation or with the token; the operation goes on.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="task">An operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<T> AsTask<T>(this Task<T> task, CancellationToken cancellationToken) => task.WaitAsync(cancellationToken);
}
