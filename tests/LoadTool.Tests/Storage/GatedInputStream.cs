using Windows.Storage.Streams;
using Buffer = Windows.Storage.Streams.Buffer;

namespace LoadTool.Tests.Storage;

/// <summary>A stream that answers in buffers of its own, one prepared answer per read, after <see cref="Gate"/>.</summary>
internal sealed class GatedInputStream(params byte[][] answers) : IInputStream
{
    private readonly Queue<byte[]> _answers = new(answers);

    public bool IsClosed { get; private set; }

    public Task Gate { get; set; } = Task.CompletedTask;

    public InputStreamOptions? LastOptions { get; private set; }

    public async Task<IBuffer> ReadAsync(IBuffer buffer, uint count, InputStreamOptions options, CancellationToken ct = default)
    {
        LastOptions = options;
        await Gate.WaitAsync(ct);
        return _answers.TryDequeue(out byte[]? answer) ? answer.AsBuffer() : new Buffer(0);
    }

    public void Dispose() => IsClosed = true;
}
