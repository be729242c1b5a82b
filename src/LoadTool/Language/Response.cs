namespace LoadTool;

/// <summary>How a step, or a whole iteration, ended.</summary>
/// <param name="IsError">True when it counts as failed.</param>
/// <param name="StatusCode">What the distribution of statuses shows; empty for a plain success.</param>
/// <param name="SizeBytes">Bytes that the script says were moved; carried along, not part of the results (those count bytes at the sockets).</param>
/// <param name="Message">A detail for people, such as why it failed.</param>
public record Response(bool IsError, string StatusCode, long SizeBytes, string Message)
{
    private static readonly Response<object> PlainOk = new(false, "", 0, "", null);

    /// <summary>A success.</summary>
    /// <returns>The same object each time.</returns>
    public static Response<object> Ok() => PlainOk;

    /// <summary>A success with details.</summary>
    /// <param name="statusCode">What the distribution of statuses shows.</param>
    /// <param name="sizeBytes">Bytes that the script says were moved; not part of the results.</param>
    /// <param name="message">A detail for people.</param>
    /// <returns>The response.</returns>
    public static Response<object> Ok(string statusCode = "", long sizeBytes = 0, string message = "") => new(false, statusCode, sizeBytes, message, null);

    /// <summary>A success that carries a value to the next step.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="payload">The value.</param>
    /// <param name="statusCode">What the distribution of statuses shows.</param>
    /// <param name="sizeBytes">Bytes that the script says were moved; not part of the results.</param>
    /// <param name="message">A detail for people.</param>
    /// <returns>The response.</returns>
    public static Response<T> Ok<T>(T payload, string statusCode = "", long sizeBytes = 0, string message = "") =>
        new(false, statusCode, sizeBytes, message, payload);

    /// <summary>A failure.</summary>
    /// <param name="statusCode">What the distribution of statuses shows.</param>
    /// <param name="message">Why, for people.</param>
    /// <param name="sizeBytes">Bytes that the script says were moved; not part of the results.</param>
    /// <returns>The response.</returns>
    public static Response<object> Fail(string statusCode = "Fail", string message = "", long sizeBytes = 0) => new(true, statusCode, sizeBytes, message, null);

    /// <summary>A failure of a step that would have carried a value.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="statusCode">What the distribution of statuses shows.</param>
    /// <param name="message">Why, for people.</param>
    /// <param name="sizeBytes">Bytes that the script says were moved; not part of the results.</param>
    /// <returns>The response.</returns>
    public static Response<T> Fail<T>(string statusCode = "Fail", string message = "", long sizeBytes = 0) => new(true, statusCode, sizeBytes, message, default);
}
