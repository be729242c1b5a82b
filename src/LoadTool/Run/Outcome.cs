using LoadTool.Sockets;

namespace LoadTool;

/// <summary>How an attempt failed, in the words that results show.</summary>
/// <param name="Status">The WebErrorStatus by name, the script's own status code, or one of the constants here.</param>
/// <param name="Detail">The cause, such as "connection refused" or "close 4001".</param>
public readonly record struct Outcome(string Status, string Detail)
{
    /// <summary>The status of what succeeded.</summary>
    public const string Ok = "Ok";

    /// <summary>The status of an exception that no socket raised: a mistake in the script, most likely.</summary>
    public const string ScriptError = "ScriptError";

    /// <summary>The run's own end came in between; not a failure of anybody.</summary>
    internal static readonly Outcome StoppedByRun = new("Interrupted", "the run ended");

    /// <summary>A step that its script neither marked nor left by an exception.</summary>
    internal static readonly Outcome NotMarked = new(ScriptError, "the step was not marked Ok()");

    // Narrow, because every user keeps the outcome of its last failed step.
    private readonly ushort _httpStatus;
    private readonly ushort _closeCode;

    /// <summary>How far the connection had come; <see cref="ConnectionPhase.None"/> where no connection was to blame.</summary>
    public ConnectionPhase Phase { get; init; }

    /// <summary>The status of an HTTP answer that was no upgrade, or of a proxy that gave no tunnel; else null.</summary>
    public int? HttpStatus
    {
        get => _httpStatus == 0 ? null : _httpStatus;
        init => _httpStatus = (ushort)(value ?? 0);
    }

    /// <summary>The code of the Close frame received or sent because of it; else null.</summary>
    public int? CloseCode
    {
        get => _closeCode == 0 ? null : _closeCode;
        init => _closeCode = (ushort)(value ?? 0);
    }

    /// <summary>Puts an exception of a user into words: a cancellation is the run's own end when the user was asked to stop.</summary>
    internal static Outcome Of(Exception error, VirtualUser user) =>
        error is OperationCanceledException && user.Stopping ? StoppedByRun : Of(error);

    /// <summary>Puts an exception into words.</summary>
    /// <param name="error">What a step or an iteration threw.</param>
    /// <returns>The outcome.</returns>
    public static Outcome Of(Exception error) => error switch
    {
        WebSocketTransportException { Cause: var cause } transport => new(transport.Status.ToString(), cause.ToString())
        {
            Phase = cause.Phase,
            HttpStatus = cause.HttpStatus,
            CloseCode = cause.CloseCode,
        },
        OperationCanceledException => new("OperationCanceled", "cancelled by the script"),
        _ => new(ScriptError, $"{error.GetType().Name}: {error.Message}"),
    };
}
