using LoadTool.Sockets;

namespace LoadTool;

/// <summary>Clients, such as connected sockets, that outlive iterations: made in a scenario's init, taken by user number, disposed of in its clean.</summary>
/// <typeparam name="T">A client's type.</typeparam>
public sealed class ClientPool<T>
{
    // Rule: written by init and clean, which run before and after the load, and only read in between.
    private T[] _clients = [];

    /// <summary>The clients, in the order they were added.</summary>
    public IReadOnlyList<T> InitializedClients => _clients;

    /// <summary>Adds a client; in a scenario's init.</summary>
    /// <param name="client">The client. A socket lives on the event loop it was made on; see <see cref="FillAsync"/>.</param>
    public void AddClient(T client) => _clients = [.. _clients, client];

    /// <summary>
    /// Makes clients and adds them, each on the event loop of the users that will take it, as far as the loops divide <paramref name="count"/>: a
    /// socket used from its own loop costs least.
    /// </summary>
    /// <param name="context">What the scenario's init is given.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="make">Makes the client of an index, from 0. The clients of one loop are made one after another.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public async Task FillAsync(ScenarioInitContext context, int count, Func<int, Task<T>> make)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        T[] made = new T[count];
        IReadOnlyList<EventLoop> loops = context.Loops;
        await Task.WhenAll(loops.Select((loop, first) => loop.RunAsync(async () =>
        {
            for (int index = first; index < count && !context.CancellationToken.IsCancellationRequested; index += loops.Count)
                made[index] = await make(index);
        })));
        context.CancellationToken.ThrowIfCancellationRequested();
        _clients = [.. _clients, .. made];
    }

    /// <summary>The client of a user: the same one each time; with more users than clients they share.</summary>
    /// <param name="user">Whose client: the user, or its <c>ScenarioInfo</c>.</param>
    /// <returns>The client.</returns>
    /// <exception cref="InvalidOperationException">The pool is empty.</exception>
    public T GetClient(ScenarioInfo user) => GetClient(user.InstanceNumber);

    /// <summary>The client of a number, counted around.</summary>
    /// <param name="number">From 0, such as <see cref="VirtualUser.Number"/>.</param>
    /// <returns>The client.</returns>
    /// <exception cref="InvalidOperationException">The pool is empty.</exception>
    public T GetClient(int number)
    {
        T[] clients = _clients;
        return clients.Length > 0
            ? clients[number % clients.Length]
            : throw new InvalidOperationException("The pool is empty: add clients in the scenario's WithInit.");
    }

    /// <summary>Disposes of every client that can be disposed of, and empties the pool; in a scenario's clean.</summary>
    public void DisposeClients() => DisposeClients(static client => (client as IDisposable)?.Dispose());

    /// <summary>Ends every client and empties the pool; in a scenario's clean.</summary>
    /// <param name="dispose">Ends one. Where it throws the others are ended all the same.</param>
    /// <exception cref="AggregateException">What <paramref name="dispose"/> threw.</exception>
    public void DisposeClients(Action<T> dispose)
    {
        T[] clients = _clients;
        _clients = [];
        List<Exception> errors = [];
        foreach (T client in clients)
        {
            try
            {
                dispose(client);
            }
            catch (Exception error)
            {
                errors.Add(error);
            }
        }

        if (errors.Count > 0)
            throw new AggregateException(errors);
    }
}
