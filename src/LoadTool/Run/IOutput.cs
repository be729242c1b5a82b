namespace LoadTool;

/// <summary>Somewhere results go (hop 4). Called on one thread at a time, never on an event loop that carries users.</summary>
public interface IOutput
{
    /// <summary>What messages call it, such as "files".</summary>
    string Name { get; }

    /// <summary>The run begins.</summary>
    /// <param name="run">What is known from the start.</param>
    void Start(RunInfo run);

    /// <summary>An interval has ended.</summary>
    /// <param name="snapshot">Its histograms are used again for a later interval: what is to be kept after the call is copied.</param>
    void Write(Snapshot snapshot);

    /// <summary>The run has ended.</summary>
    /// <param name="result">All of it.</param>
    void Finish(RunResult result);
}
