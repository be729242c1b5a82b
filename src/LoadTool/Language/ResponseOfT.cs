namespace LoadTool;

/// <summary>A response that carries a value.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="IsError">True when it counts as failed.</param>
/// <param name="StatusCode">What the distribution of statuses shows.</param>
/// <param name="SizeBytes">Bytes that the script says were moved; carried along, not part of the results (those count bytes at the sockets).</param>
/// <param name="Message">A detail for people.</param>
/// <param name="Payload">The value; default when failed.</param>
public sealed record Response<T>(bool IsError, string StatusCode, long SizeBytes, string Message, T? Payload)
    : Response(IsError, StatusCode, SizeBytes, Message);
