namespace LoadTool.Outputs.Delivery;

/// <summary>A receiver will not take a piece, however often it is sent.</summary>
/// <param name="message">Why, for people.</param>
internal sealed class RefusedException(string message) : IOException(message);
