using LoadTool.Outputs.Catalog;
using LoadTool.Outputs.Delivery;
using LoadTool.Outputs.Files;

namespace LoadTool.Outputs;

/// <summary>Writes the lines of <c>run.jsonl</c> to another file, or to standard output for a program that reads along.</summary>
internal sealed class JsonLinesOutput : IOutput, IDisposable
{
    /// <summary>The target that stands for standard output.</summary>
    private const string StandardOutput = "-";

    private readonly RunLines _lines = new();
    private readonly RunEnvironment? _started;
    private readonly IDisposable _target;
    private readonly Courier _courier;

    private JsonLinesOutput(OutputRequest request)
    {
        _started = request.Started;
        DeliveryLimits limits = DeliveryLimits.Of(request);
        if (request.Target == StandardOutput)
        {
            Stream stream = Console.OpenStandardOutput();
            (_target, _courier) = (stream, new Courier((piece, cancellation) => SendAsync(stream, piece, cancellation), limits, request.Clock));
        }
        else
        {
            AppendedFile file = new(request.Target ?? Path.Combine(request.Folder, "lines.jsonl"));
            (_target, _courier) = (file, new Courier((piece, _) => Append(file, piece), limits, request.Clock));
        }
    }

    /// <inheritdoc/>
    public string Name => "json";

    /// <summary>Where a program reads JSON from standard output, all that people read goes to standard error: what the script prints, too.</summary>
    /// <param name="outputs">What was asked for.</param>
    internal static void KeepStandardOutputFor(IReadOnlyList<string> outputs)
    {
        if (outputs.Contains($"json={StandardOutput}"))
            Console.SetOut(Console.Error);
    }

    internal static OutputKind Kind { get; } = new(
        "json", "[=FILE|-]", "A line of JSON per interval, as in run.jsonl: to a file (lines.jsonl among the results by default), or to standard output; the console's summary then goes to standard error.",
        DeliveryLimits.Settings,
        request => new JsonLinesOutput(request));

    /// <inheritdoc/>
    public void Start(RunInfo run) => Offer(_lines.Run(run, _started));

    /// <inheritdoc/>
    public void Write(Snapshot snapshot) => Offer(_lines.Interval(snapshot));

    /// <inheritdoc/>
    /// <exception cref="IOException">Not all of it could be written.</exception>
    public void Finish(RunResult result)
    {
        Offer(_lines.Summary(result, result.OutputErrors));
        _courier.Finish();
    }

    /// <summary>Stops writing; what was written stays.</summary>
    public void Dispose()
    {
        _courier.Dispose();
        _lines.Dispose();
        _target.Dispose();
    }

    private void Offer(ReadOnlyMemory<byte> line) => _courier.Offer(line.ToArray());

    private static Task Append(AppendedFile file, ReadOnlyMemory<byte> piece)
    {
        file.Append(piece.Span);
        return Task.CompletedTask;
    }

    /// <summary>Part of a line may have been taken when this fails: sent again, it would be there twice.</summary>
    private static async Task SendAsync(Stream stream, ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        try
        {
            await stream.WriteAsync(piece, cancellation);
            await stream.FlushAsync(cancellation);
        }
        catch (IOException error)
        {
            throw new RefusedException(error.Message);
        }
    }
}
